using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gateway.Sync.Telemetry;

/// <summary>The health of an upstream as one node sees it.</summary>
/// <param name="Id">The upstream.</param>
/// <param name="Health">The state of the whole, by the weight that is available.</param>
/// <param name="Targets">Its targets.</param>
public sealed record UpstreamHealth(Guid Id, HealthState Health, IReadOnlyList<TargetHealth> Targets)
{
    /// <summary>The weight of all targets.</summary>
    [JsonIgnore]
    public HealthWeight Weight => new(Targets.Sum(t => t.Weight.Total), Targets.Sum(t => t.Weight.Available), Targets.Sum(t => t.Weight.Unavailable));

    /// <summary>The upstream as <c>GET /upstreams/{upstream}/health?balancer_health=1</c> tells of it.</summary>
    public JsonObject Render()
    {
        var rendered = new JsonObject { ["health"] = Health.Name(), ["id"] = Id.ToString() };
        if (Health is not HealthState.HealthchecksOff)
        {
            rendered["details"] = new JsonObject
            {
                ["healthy"] = Health is HealthState.Healthy,
                ["weight"] = Weight.Render(),
                ["hosts"] = new JsonArray([.. Targets.Select(t => t.Render(a => new JsonObject
                {
                    ["ip"] = a.Ip,
                    ["port"] = a.Port,
                    ["weight"] = a.Weight,
                    ["healthy"] = a.Health is not HealthState.Unhealthy,
                }))]),
            };
        }

        return rendered;
    }
}

/// <summary>The health of a target as one node sees it.</summary>
/// <param name="Id">The target.</param>
/// <param name="Host">Its host.</param>
/// <param name="Port">Its port.</param>
/// <param name="Dns">The kind of record that its addresses come from, or why there are none.</param>
/// <param name="NodeWeight">Its own weight.</param>
/// <param name="Weight">The weight of its addresses.</param>
/// <param name="Addresses">Its addresses.</param>
public sealed record TargetHealth(Guid Id, string Host, int Port, string Dns, int NodeWeight, HealthWeight Weight, IReadOnlyList<AddressHealth> Addresses)
{
    /// <summary>The state of the target: healthy as long as one of its addresses is.</summary>
    [JsonIgnore]
    public HealthState Health => NodeWeight is 0 ? HealthState.HealthchecksOff
        : Addresses.Count is 0 ? HealthState.DnsError
        : Addresses.Any(a => a.Health is HealthState.Healthy) ? HealthState.Healthy
        : Addresses.Any(a => a.Health is HealthState.Unhealthy) ? HealthState.Unhealthy
        : HealthState.HealthchecksOff;

    /// <summary>The target as <c>GET /upstreams/{upstream}/health</c> tells of it.</summary>
    public JsonObject Render() => Render(a => a.Render());

    internal JsonObject Render(Func<AddressHealth, JsonObject> address) => new()
    {
        ["host"] = Host,
        ["port"] = Port,
        ["dns"] = Dns,
        ["nodeWeight"] = NodeWeight,
        ["weight"] = Weight.Render(),
        ["addresses"] = new JsonArray([.. Addresses.Select(address)]),
    };
}

/// <summary>The health of one address as one node sees it.</summary>
/// <param name="Ip">The address.</param>
/// <param name="Port">The port.</param>
/// <param name="Weight">The share of the traffic.</param>
/// <param name="Health">The state.</param>
/// <param name="Reason">Why it is so, in words for people; null when nothing has happened yet.</param>
public sealed record AddressHealth(string Ip, int Port, int Weight, HealthState Health, string? Reason)
{
    /// <summary>The address as Kong's endpoints tell of it; they have no place for the reason.</summary>
    public JsonObject Render() => new() { ["ip"] = Ip, ["port"] = Port, ["health"] = Health.Name(), ["weight"] = Weight };
}

/// <summary>Shares of the traffic.</summary>
/// <param name="Total">All of it.</param>
/// <param name="Available">What healthy addresses have.</param>
/// <param name="Unavailable">What unhealthy ones have.</param>
public sealed record HealthWeight(int Total, int Available, int Unavailable)
{
    internal JsonObject Render() => new() { ["total"] = Total, ["available"] = Available, ["unavailable"] = Unavailable };
}

/// <summary>The states of health, in Kong's words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HealthState>))]
public enum HealthState
{
    /// <summary>Requests go there.</summary>
    [JsonStringEnumMemberName("HEALTHY")] Healthy,

    /// <summary>No requests go there.</summary>
    [JsonStringEnumMemberName("UNHEALTHY")] Unhealthy,

    /// <summary>The name has no address.</summary>
    [JsonStringEnumMemberName("DNS_ERROR")] DnsError,

    /// <summary>Nobody looks after it.</summary>
    [JsonStringEnumMemberName("HEALTHCHECKS_OFF")] HealthchecksOff,
}

/// <summary>The words for the states.</summary>
public static class HealthStates
{
    /// <summary>The state in Kong's word.</summary>
    /// <param name="state">The state.</param>
    public static string Name(this HealthState state) => state switch
    {
        HealthState.Healthy => "HEALTHY",
        HealthState.Unhealthy => "UNHEALTHY",
        HealthState.DnsError => "DNS_ERROR",
        _ => "HEALTHCHECKS_OFF",
    };
}

/// <summary>What a control plane may ask of the balancers that run in the same process; a node without them has none.</summary>
/// <param name="Health">The health of an upstream; null for one that this node does not know (yet).</param>
/// <param name="Mark">Marks addresses of a target by hand; gives what is wrong, or null.</param>
public sealed record LocalUpstreams(Func<Guid, ValueTask<UpstreamHealth?>> Health, Func<HealthMark, ValueTask<string?>> Mark);

/// <summary>A mark that someone sets by hand.</summary>
/// <param name="Upstream">The upstream.</param>
/// <param name="UpstreamName">Its name, for messages.</param>
/// <param name="Target">The target.</param>
/// <param name="Address">One of its addresses; null for all of them.</param>
/// <param name="Healthy">The health.</param>
public sealed record HealthMark(Guid Upstream, string UpstreamName, Guid Target, IPEndPoint? Address, bool Healthy);
