namespace Gateway.Plugins.Common;

/// <summary>Lists of <c>name:value</c> in configurations.</summary>
public static class Pairs
{
    /// <summary>Takes a text apart at its first colon; without one it is a name alone.</summary>
    /// <param name="text">The text.</param>
    public static (string Name, string Value) Of(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? (text[..colon], text[(colon + 1)..]) : (text, string.Empty);
}
