namespace Gateway.DataPlane.Config;

/// <summary>A sound store that is not encrypted as it should be.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="isReadable">Whether anybody can read what lies in it.</param>
internal sealed class StoreUnusableException(string message, bool isReadable) : Exception(message)
{
    /// <summary>Whether anybody can read what lies in it.</summary>
    public bool IsReadable => isReadable;
}
