namespace Gateway.Entities;

/// <summary>Texts that stand for a secret in a vault, such as <c>{vault://env/key}</c>.</summary>
public static class VaultReference
{
    /// <summary>Whether a text is a reference.</summary>
    /// <param name="text">The text.</param>
    public static bool Is(string text) => text.StartsWith("{vault://", StringComparison.Ordinal) && text.EndsWith('}');
}
