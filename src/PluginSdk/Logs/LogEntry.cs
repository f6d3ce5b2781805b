using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.PluginSdk.Logs;

/// <summary>What logs tell of an exchange, in Kong's form; it is made once and shared by all plugins that log.</summary>
/// <param name="fields">The fields.</param>
public sealed class LogEntry(JsonObject fields)
{
    private byte[]? _utf8;

    /// <summary>The fields, which plugins may read.</summary>
    public JsonObject Fields => fields;

    /// <summary>The entry as JSON.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8 ??= JsonSerializer.SerializeToUtf8Bytes(fields, Wire.Options);
}
