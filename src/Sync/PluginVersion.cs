using System.Text.Json;

namespace Gateway.Sync;

/// <summary>A plugin that a plane has, with its version where it is known.</summary>
/// <param name="Name">The plugin's name.</param>
/// <param name="Version">Its version, or null.</param>
public sealed record PluginVersion(string Name, string? Version)
{
    /// <summary>The field of an introduction that lists them.</summary>
    public const string List = "plugins";

    /// <summary>Writes the field, in the order of the names.</summary>
    /// <param name="json">The introduction.</param>
    /// <param name="plugins">The plugins.</param>
    public static void WriteAll(Utf8JsonWriter json, IEnumerable<PluginVersion> plugins)
    {
        json.WriteStartArray(List);
        foreach (var plugin in plugins.OrderBy(p => p.Name.ToLowerInvariant(), StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", plugin.Name);
            if (plugin.Version is not null)
            {
                json.WriteString("version", plugin.Version);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads the value of the field; what is no plugin is passed over.</summary>
    /// <param name="list">The value.</param>
    public static IReadOnlyList<PluginVersion> ReadAll(JsonElement list) => list.ValueKind is not JsonValueKind.Array ? []
        : [.. list.EnumerateArray().Select(p => Text(p, "name") is { } name ? new PluginVersion(name, Text(p, "version")) : null).OfType<PluginVersion>()];

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
