using System.Collections.Concurrent;
using System.Text.Json;
using Gateway.Entities;
using Gateway.Sync.OlderPlanes;

namespace Gateway.Sync;

/// <summary>A configuration in the form that data planes of some version get.</summary>
/// <param name="Payload">The payload of the binary frame.</param>
/// <param name="Losses">What those planes do not get because they are too old for it, or not ours.</param>
public sealed record ConfigFrame(ReadOnlyMemory<byte> Payload, IReadOnlyList<string> Losses);

/// <summary>One state of the configuration, ready to be sent: built once and shared by all connected planes.</summary>
public sealed class ConfigDocument
{
    // By the number of steps back, so that planes of the same version, whatever their patch, share one; and by what they do not know.
    private readonly ConcurrentDictionary<(int Steps, string Unknown), Lazy<Task<ConfigFrame>>> _others = [];
    private readonly Task<ConfigFrame> _frame;

    private ConfigDocument(ReadOnlyMemory<byte> table, ConfigHashes hashes, DateTimeOffset timestamp, IReadOnlySet<string> pluginNames, bool mixed)
    {
        ConfigTable = table;
        Hashes = hashes;
        Timestamp = timestamp;
        PluginNames = pluginNames;
        HasMixedRoutes = mixed;
        Frame = Pack(table);
        _frame = Task.FromResult(new ConfigFrame(Frame, []));
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

    /// <summary>Whether some routes are written as expressions and others are not.</summary>
    public bool HasMixedRoutes { get; }

    /// <summary>The payload of the binary frame that carries it to a data plane of this version.</summary>
    public ReadOnlyMemory<byte> Frame { get; }

    /// <summary>The frame for a data plane, made when the first of its version asks and then shared.</summary>
    /// <param name="version">The data plane's version.</param>
    /// <param name="unknown">The extensions that it does not know.</param>
    public Task<ConfigFrame> FrameForAsync(string version, params IReadOnlyCollection<EntityExtension> unknown)
    {
        var steps = ConfigDowngrade.StepsFor(version);
        // Beside those who wait: it may take a second, and a thousand planes may ask at once.
        return steps == 0 && unknown.Count == 0 ? _frame
            : _others.GetOrAdd((steps, string.Join(',', unknown.Select(e => e.Name))), _ => new Lazy<Task<ConfigFrame>>(() => Task.Run(() => Downgrade(steps, unknown)))).Value;
    }

    /// <summary>Builds the document from an exported config table.</summary>
    /// <param name="configTable">The declarative document: UTF-8 JSON of an object.</param>
    /// <param name="timestamp">When it was exported.</param>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static ConfigDocument Create(ReadOnlyMemory<byte> configTable, DateTimeOffset timestamp)
    {
        using var document = JsonDocument.Parse(configTable);
        var root = document.RootElement;
        return new ConfigDocument(configTable, Sync.ConfigHash.Compute(root), timestamp, Plugins(root), AreMixed(root));
    }

    // The hashes stay those of the original: they name the configuration, and a plane only compares them.
    private ConfigFrame Downgrade(int steps, IReadOnlyCollection<EntityExtension> unknown) =>
        ConfigDowngrade.Apply(ConfigTable, steps, unknown) is { } older ? new ConfigFrame(Pack(older.ConfigTable), older.Losses) : _frame.Result;

    private byte[] Pack(ReadOnlyMemory<byte> table) => new Reconfigure(ConfigHash, Hashes, Timestamp.ToUnixTimeMilliseconds() / 1000d, table).ToMessage();

    private static bool AreMixed(JsonElement table)
    {
        if (table.ValueKind is not JsonValueKind.Object || !table.TryGetProperty("routes", out var routes) || routes.ValueKind is not JsonValueKind.Array)
        {
            return false;
        }

        var written = routes.EnumerateArray().Count(r => r.TryGetProperty("expression", out var expression) && expression.ValueKind is JsonValueKind.String);
        return written > 0 && written < routes.GetArrayLength();
    }

    private static HashSet<string> Plugins(JsonElement table) =>
        table.ValueKind is JsonValueKind.Object && table.TryGetProperty("plugins", out var plugins) && plugins.ValueKind is JsonValueKind.Array
            ? [.. plugins.EnumerateArray().Select(p => p.TryGetProperty("name", out var name) ? name.GetString() : null).OfType<string>()]
            : [];
}
