using System.Text.Json;

namespace Gateway.Sync;

/// <summary>One state of the configuration, ready to be sent: built once and shared by all connected planes.</summary>
public sealed class ConfigDocument
{
    private ConfigDocument(ReadOnlyMemory<byte> table, ConfigHashes hashes, DateTimeOffset timestamp, IReadOnlySet<string> pluginNames)
    {
        ConfigTable = table;
        Hashes = hashes;
        Timestamp = timestamp;
        PluginNames = pluginNames;
        Frame = new Reconfigure(hashes.Config, hashes, timestamp.ToUnixTimeMilliseconds() / 1000d, table).ToMessage();
    }

    /// <summary>The declarative document: UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> ConfigTable { get; }

    /// <summary>The hashes of the document and its parts.</summary>
    public ConfigHashes Hashes { get; }

    /// <summary>The hash of all of it.</summary>
    public string ConfigHash => Hashes.Config;

    /// <summary>When it was built.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>The names of the plugins in use; a plane that lacks one is not served.</summary>
    public IReadOnlySet<string> PluginNames { get; }

    /// <summary>The payload of the binary frame that carries it to a data plane.</summary>
    public ReadOnlyMemory<byte> Frame { get; }

    /// <summary>Builds the document from an exported config table.</summary>
    /// <param name="configTable">The declarative document: UTF-8 JSON of an object.</param>
    /// <param name="timestamp">When it was exported.</param>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static ConfigDocument Create(ReadOnlyMemory<byte> configTable, DateTimeOffset timestamp)
    {
        using var document = JsonDocument.Parse(configTable);
        return new ConfigDocument(configTable, Sync.ConfigHash.Compute(document.RootElement), timestamp, Plugins(document.RootElement));
    }

    private static HashSet<string> Plugins(JsonElement table) =>
        table.ValueKind is JsonValueKind.Object && table.TryGetProperty("plugins", out var plugins) && plugins.ValueKind is JsonValueKind.Array
            ? [.. plugins.EnumerateArray().Select(p => p.TryGetProperty("name", out var name) ? name.GetString() : null).OfType<string>()]
            : [];
}
