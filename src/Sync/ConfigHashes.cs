using System.Text.Json;

namespace Gateway.Sync;

/// <summary>The hashes of a configuration and of its parts, with which a data plane decides what to rebuild.</summary>
/// <param name="Config">The hash of all of it.</param>
/// <param name="Routes">The hash of the routes, or zeros when there are none.</param>
/// <param name="Services">The hash of the services, or zeros.</param>
/// <param name="Plugins">The hash of the plugins, or zeros.</param>
/// <param name="Upstreams">The hash of the upstreams, or zeros.</param>
/// <param name="Targets">The hash of the targets, or zeros.</param>
public sealed record ConfigHashes(string Config, string Routes, string Services, string Plugins, string Upstreams, string Targets)
{
    /// <summary>The hash of nothing: 32 zeros.</summary>
    public const string Zeros = "00000000000000000000000000000000";

    /// <summary>The hashes of no configuration.</summary>
    public static ConfigHashes Empty { get; } = new(Zeros, Zeros, Zeros, Zeros, Zeros, Zeros);

    /// <summary>Whether a text has the only length that the wire allows.</summary>
    /// <param name="hash">The text.</param>
    public static bool IsWellFormed(ReadOnlySpan<byte> hash) => hash.Length == Zeros.Length && !hash.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("hashes");
        writer.WriteString("config", Config);
        writer.WriteString("routes", Routes);
        writer.WriteString("services", Services);
        writer.WriteString("plugins", Plugins);
        writer.WriteString("upstreams", Upstreams);
        writer.WriteString("targets", Targets);
        writer.WriteEndObject();
    }

    // Kong's rule: a missing part counts as empty.
    internal static ConfigHashes Read(JsonElement hashes, string config)
    {
        string Part(string name) => hashes.ValueKind is JsonValueKind.Object && hashes.TryGetProperty(name, out var value)
            && value.ValueKind is JsonValueKind.String ? value.GetString()! : Zeros;

        return new ConfigHashes(config, Part("routes"), Part("services"), Part("plugins"), Part("upstreams"), Part("targets"));
    }
}
