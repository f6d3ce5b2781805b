using System.Text.Json.Nodes;
using Gateway.DataPlane.Upstreams.Dns;

namespace Gateway.DataPlane.Status;

/// <summary>What the names of upstreams were asked for and answered, as <c>/status/dns</c> tells it.</summary>
public sealed class NameStatistics
{
    private readonly NameResolver _names;
    private readonly DataPlaneOptions _options;

    internal NameStatistics(NameResolver names, DataPlaneOptions options) => (_names, _options) = (names, options);

    /// <summary>The counts by name, or null when the client in use tells none.</summary>
    public JsonObject? Read() => !_options.Dns.TellsStatistics ? null : new()
    {
        ["worker"] = new JsonObject { ["id"] = 0, ["count"] = 1 },
        ["stats"] = new JsonObject(_names.Entries.OrderBy(e => e.Name, StringComparer.Ordinal).Select(e => KeyValuePair.Create<string, JsonNode?>(
            e.Name, new JsonObject(e.Entry.Counts.Where(c => c.Count > 0).Select(c => KeyValuePair.Create<string, JsonNode?>(c.Name, c.Count)))))),
    };
}
