using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Sync.Rpc;

/// <summary>How a data plane introduces itself in the second protocol, and what the control plane answers; both in plain JSON, the only frames that are.</summary>
public sealed record RpcHello
{
    /// <summary>The WebSocket subprotocol that both sides name.</summary>
    public const string Protocol = "kong.meta.v1";

    /// <summary>The method.</summary>
    public const string Method = "kong.meta.v1.hello";

    /// <summary>Its node id, as written.</summary>
    public string NodeId { get; init; } = "";

    /// <summary>Its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>Its host name.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>The groups of methods that it answers.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The encodings that it understands.</summary>
    public IReadOnlyList<string> Encodings { get; init; } = [SnappyBlock.Encoding];

    /// <summary>Its operator's labels; they travel in its settings.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The extensions of the original's entities that the plane knows, see <see cref="Entities.EntityExtension.Name"/>.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>The plugins that it runs; empty from planes of the original, which do not tell.</summary>
    public IReadOnlyList<PluginVersion> Plugins { get; init; } = [];

    /// <summary>Its settings with every secret masked.</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>The id of the call: raw JSON.</summary>
    public string CallId { get; init; } = "1";

    /// <summary>The message of the data plane.</summary>
    public byte[] ToMessage() => RpcMessages.Request(1, Method, json =>
    {
        json.WriteStartObject();
        WriteTexts(json, "rpc_capabilities", Capabilities);
        WriteTexts(json, "rpc_frame_encodings", Encodings);
        json.WriteString("kong_version", Version);
        json.WriteString("kong_hostname", Hostname);
        json.WriteString("kong_node_id", NodeId);
        if (Extensions.Count > 0)
        {
            WriteTexts(json, "extensions", Extensions);
        }

        if (Plugins.Count > 0)
        {
            PluginVersion.WriteAll(json, Plugins);
        }

        var settings = (JsonObject)Settings.DeepClone();
        settings["cluster_dp_labels"] = new JsonArray([.. Labels.Select(l => JsonValue.Create($"{l.Key}:{l.Value}"))]);
        json.WritePropertyName("kong_conf");
        settings.WriteTo(json);
        json.WriteEndObject();
    });

    /// <summary>Reads the message of a data plane.</summary>
    /// <param name="message">The payload of the binary frame.</param>
    /// <param name="error">What is wrong with it, when the result is null.</param>
    public static RpcHello? Parse(ReadOnlyMemory<byte> message, out string? error)
    {
        error = null;
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object || Text(root, "method") is not Method || !root.TryGetProperty("id", out var id)
                || !root.TryGetProperty("params", out var arguments) || arguments.ValueKind is not JsonValueKind.Array || arguments.GetArrayLength() is 0
                || arguments[0] is not { ValueKind: JsonValueKind.Object } info)
            {
                error = $"the first message is not a call of {Method}";
            }
            else if (Text(info, "kong_version") is not { } version || Text(info, "kong_node_id") is not { } node || Text(info, "kong_hostname") is not { } host)
            {
                error = "the introduction lacks kong_version, kong_node_id or kong_hostname";
            }
            else if (!info.TryGetProperty("kong_conf", out var settings) || settings.ValueKind is not JsonValueKind.Object)
            {
                error = "the introduction lacks kong_conf";
            }
            else
            {
                return new RpcHello
                {
                    NodeId = node,
                    Version = version,
                    Hostname = host,
                    Capabilities = Texts(info, "rpc_capabilities"),
                    Encodings = Texts(info, "rpc_frame_encodings"),
                    Extensions = Texts(info, "extensions"),
                    Plugins = info.TryGetProperty(PluginVersion.List, out var plugins) ? PluginVersion.ReadAll(plugins) : [],
                    Labels = Texts(settings, "cluster_dp_labels").Select(l => l.Split(':', 2)).Where(l => l.Length is 2).DistinctBy(l => l[0]).ToDictionary(l => l[0], l => l[1]),
                    CallId = id.GetRawText(),
                };
            }
        }
        catch (JsonException e)
        {
            error = $"the introduction is not valid JSON: {e.Message}";
        }

        return null;
    }

    /// <summary>The answer of the control plane.</summary>
    /// <param name="capabilities">The groups of methods that it answers.</param>
    public byte[] ToAnswer(IReadOnlyList<string> capabilities) => RpcMessages.Response(CallId, RpcMessages.Write(json =>
    {
        WriteTexts(json, "rpc_capabilities", capabilities);
        json.WriteString("rpc_frame_encoding", SnappyBlock.Encoding);
    }));

    /// <summary>The capabilities in the answer of a control plane; null when it is none that can be worked with.</summary>
    /// <param name="message">The payload of the binary frame.</param>
    public static IReadOnlyList<string>? ParseAnswer(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("result", out var result)
                && Text(result, "rpc_frame_encoding") is SnappyBlock.Encoding ? Texts(result, "rpc_capabilities") : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string[] Texts(JsonElement parent, string name) => parent.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array
        ? [.. list.EnumerateArray().Where(e => e.ValueKind is JsonValueKind.String).Select(e => e.GetString()!)] : [];
}
