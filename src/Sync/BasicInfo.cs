using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Sync;

/// <summary>The first message of a data plane: who it is and what it can do.</summary>
public sealed record BasicInfo
{
    /// <summary>The plugins that the plane has.</summary>
    public IReadOnlyList<PluginVersion> Plugins { get; init; } = [];

    /// <summary>The names of the WebAssembly filters that the plane has.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>The labels that its operator gave it.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The plane's settings with every secret masked.</summary>
    public JsonObject ProcessConf { get; init; } = [];

    /// <summary>The extensions of the original's entities that the plane knows, see <see cref="Entities.EntityExtension.Name"/>.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>The message as a data plane sends it: uncompressed JSON.</summary>
    public byte[] ToMessage()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "basic_info");
            PluginVersion.WriteAll(writer, Plugins);
            writer.WriteStartObject("filters");
            foreach (var filter in Filters)
            {
                writer.WriteStartObject(filter);
                writer.WriteString("name", filter);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            if (Extensions.Count > 0)
            {
                writer.WriteStartArray("extensions");
                foreach (var extension in Extensions)
                {
                    writer.WriteStringValue(extension);
                }

                writer.WriteEndArray();
            }

            writer.WritePropertyName("process_conf");
            ProcessConf.WriteTo(writer);
            if (Labels.Count > 0)
            {
                writer.WriteStartObject("labels");
                foreach (var (key, value) in Labels)
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what a data plane sent first.</summary>
    /// <param name="message">The payload of the binary frame.</param>
    /// <param name="error">What is wrong with it, when the result is null.</param>
    public static BasicInfo? Parse(ReadOnlyMemory<byte> message, out string? error)
    {
        error = null;
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object || Text(root, "type") is not "basic_info")
            {
                error = "the type of the first message is not basic_info";
            }
            // An empty list arrives as {}: the original's language does not tell the two apart.
            else if (!root.TryGetProperty(PluginVersion.List, out var plugins) || plugins.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            {
                error = "basic_info has no list of plugins";
            }
            else
            {
                return new BasicInfo
                {
                    Plugins = PluginVersion.ReadAll(plugins),
                    Filters = [.. Keys(root, "filters")],
                    Extensions = root.TryGetProperty("extensions", out var known)
                        ? [.. Elements(known).Where(e => e.ValueKind is JsonValueKind.String).Select(e => e.GetString()!)] : [],
                    Labels = Keys(root, "labels").ToDictionary(k => k, k => Text(root.GetProperty("labels"), k) ?? ""),
                };
            }
        }
        catch (JsonException e)
        {
            error = $"basic_info is not valid JSON: {e.Message}";
        }

        return null;
    }

    private static JsonElement[] Elements(JsonElement list) => list.ValueKind is JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static string[] Keys(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var map) && map.ValueKind is JsonValueKind.Object
            ? map.EnumerateObject().Select(p => p.Name).Distinct().ToArray()
            : [];

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
