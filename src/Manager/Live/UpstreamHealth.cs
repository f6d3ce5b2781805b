using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Manager.Live;

/// <summary>The health of an upstream, as each node sees it.</summary>
/// <param name="Nodes">The nodes.</param>
/// <param name="TakesMarks">Whether addresses can be marked by hand at this Admin API.</param>
public sealed record UpstreamHealth(IReadOnlyList<NodeHealth> Nodes, bool TakesMarks)
{
    /// <summary>Reads the Admin API's answer; what it lacks is left out.</summary>
    /// <param name="answer">The answer.</param>
    public static UpstreamHealth From(JsonObject answer) => new(
        [.. Rows(answer["data"]).Select(node => new NodeHealth(
            Json.String(node["id"]) ?? "", Json.String(node["hostname"]) ?? "", Json.String(node["health"]) ?? "", [.. Rows(node["targets"]).SelectMany(Addresses)]))],
        answer["marks"] is JsonValue marks && marks.TryGetValue<bool>(out var taken) && taken);

    private static IEnumerable<TargetLine> Addresses(JsonObject target)
    {
        var line = new TargetLine(
            Json.String(target["id"]) ?? "", $"{Json.String(target["host"])}:{target["port"]}", target["nodeWeight"]?.ToString() ?? "", null, Json.String(target["health"]) ?? "", null);
        var addresses = Rows(target["addresses"]).ToArray();
        return addresses.Length is 0
            ? [line with { Reason = line.Health is "DNS_ERROR" ? Json.String(target["dns"]) : null }]
            : addresses.Select(address => line with
            {
                Address = $"{Json.String(address["ip"])}:{address["port"]}",
                Weight = address["weight"]?.ToString() ?? "",
                Health = Json.String(address["health"]) ?? "",
                Reason = Json.String(address["reason"]),
            });
    }

    private static IEnumerable<JsonObject> Rows(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();
}

/// <summary>What one node sees.</summary>
/// <param name="Id">The node.</param>
/// <param name="Hostname">The name of its machine.</param>
/// <param name="Health">The state of the whole upstream.</param>
/// <param name="Lines">Its targets, one line for each address.</param>
public sealed record NodeHealth(string Id, string Hostname, string Health, IReadOnlyList<TargetLine> Lines);

/// <summary>One address of a target, or a target without any.</summary>
/// <param name="TargetId">The target's id.</param>
/// <param name="Target">Its host and port.</param>
/// <param name="Weight">The share of the traffic.</param>
/// <param name="Address">The address and its port; null when there is none.</param>
/// <param name="Health">The state.</param>
/// <param name="Reason">Why it is so.</param>
public sealed record TargetLine(string TargetId, string Target, string Weight, string? Address, string Health, string? Reason);

/// <summary>The words and colours of the states of health.</summary>
public static class HealthWords
{
    /// <summary>How a state is shown.</summary>
    /// <param name="health">The state in the Admin API's word.</param>
    public static (string Words, string Style) Of(string health) => health switch
    {
        "HEALTHY" => ("Healthy", "good"),
        "UNHEALTHY" => ("Unhealthy", "bad"),
        "DNS_ERROR" => ("Name not found", "bad"),
        _ => ("Not checked", ""),
    };
}
