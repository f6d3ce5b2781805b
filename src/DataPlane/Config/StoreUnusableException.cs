namespace Gateway.DataPlane.Config;

/// <summary>A sound store that cannot be used as it is.</summary>
/// <param name="message">What is wrong with it.</param>
internal class StoreUnusableException(string message) : Exception(message);

/// <summary>A sound store that is encrypted in another way than is wanted.</summary>
/// <param name="written">The algorithm by which it is; null when it lies in the clear.</param>
internal sealed class StoreModeException(StoreAlgorithm? written) : StoreUnusableException("it is encrypted in another mode")
{
    /// <summary>The algorithm by which it is encrypted; null when it lies in the clear.</summary>
    public StoreAlgorithm? Written => written;
}
