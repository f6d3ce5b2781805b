using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Kong.Settings;

/// <summary>Resolves <c>{vault://env/NAME}</c> and <c>{vault://env/NAME/key}</c>: a variable, or one member of the JSON in it.</summary>
internal static class VaultReference
{
    private const string Start = "{vault://";

    /// <summary>Whether the text is a reference.</summary>
    public static bool Is(string value) => value.StartsWith(Start, StringComparison.Ordinal) && value.EndsWith('}');

    /// <summary>Resolves the reference; null with a reason when it leads to nothing.</summary>
    public static string? Resolve(string reference, IReadOnlyDictionary<string, string> environment, string? prefix, out string? error)
    {
        var path = reference[Start.Length..^1].Split('?', 2)[0];
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        error = null;
        if (parts.Length is < 2 or > 3)
        {
            error = $"could not parse reference {reference}";
            return null;
        }

        if (parts[0] != "env")
        {
            error = $"could not find vault ({parts[0]})";
            return null;
        }

        var name = (prefix + parts[1]).Replace('-', '_').ToUpperInvariant();
        if (!environment.TryGetValue(name, out var value))
        {
            error = "could not get value from external vault (no value found)";
            return null;
        }

        return parts.Length == 2 ? value : Member(value, parts[2], out error);
    }

    private static string? Member(string json, string key, out string? error)
    {
        error = null;
        try
        {
            if (JsonNode.Parse(json) is JsonObject members && members[key] is JsonValue member)
            {
                return member.ToString();
            }
        }
        catch (JsonException)
        {
            // Not JSON: the same answer as for an object without the member.
        }

        error = $"could not get value from external vault (subfield {key} not found)";
        return null;
    }
}
