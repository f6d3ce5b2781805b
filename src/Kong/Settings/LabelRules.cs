using System.Text.RegularExpressions;

namespace Gateway.Kong.Settings;

/// <summary>What the labels of a data plane must look like; complaints in Kong's words.</summary>
internal static partial class LabelRules
{
    private const int MaxLabels = 10;
    private const int MaxLength = 63;

    // As Kong shows them; what is matched is below.
    private const string ShownValue = @"[a-z0-9]([\w\.:-]*[a-z0-9]|)$";
    private const string ShownKey = "(?!kong)(?!konnect)(?!insomnia)(?!mesh)(?!kic)" + ShownValue;

    /// <summary>The first complaint about labels written as <c>key:value</c>, or null.</summary>
    public static string? Judge(IReadOnlyList<string> labels)
    {
        if (labels.Count > MaxLabels)
        {
            return $"labels validation failed: count exceeded {MaxLabels} max elements";
        }

        foreach (var label in labels)
        {
            var (key, value) = label.Split(':', 2) is [var name, var text] ? (name, text) : ("", "");
            if (Entry(key, Key(), ShownKey) is { } badKey)
            {
                return "label key validation failed: " + badKey;
            }

            if (Entry(value, Value(), ShownValue) is { } badValue)
            {
                return "label value validation failed: " + badValue;
            }
        }

        return null;
    }

    private static string? Entry(string text, Regex pattern, string shown) =>
        text.Length is 0 or > MaxLength ? $"{text} must have between 1 and {MaxLength} characters"
        : pattern.IsMatch(text) ? null
        : $"{text} is invalid. Must match pattern: {shown}";

    [GeneratedRegex(@"^(?!kong|konnect|insomnia|mesh|kic)[a-z0-9]([a-z0-9_.:-]*[a-z0-9])?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9_.:-]*[a-z0-9])?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Value();
}
