namespace Gateway.PluginSdk;

/// <summary>Declares a path that a plugin has in the Admin API beside those of its entities.</summary>
/// <param name="path">The path, with placeholders in braces.</param>
/// <param name="methods">Its methods; <c>HEAD</c> and <c>OPTIONS</c> follow from them.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class AdminPathAttribute(string path, params string[] methods) : Attribute
{
    /// <summary>The path.</summary>
    public string Path { get; } = path;

    /// <summary>The methods.</summary>
    public IReadOnlyList<string> Methods { get; } = methods;
}
