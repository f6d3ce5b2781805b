using System.Text.Json.Nodes;

namespace Gateway.Sync.Telemetry;

/// <summary>What listeners have to do, as <c>/status</c> tells it.</summary>
/// <param name="Accepted">The connections that were opened since the start.</param>
/// <param name="Active">The connections that are open.</param>
/// <param name="Busy">The requests that are being answered.</param>
/// <param name="Requests">The requests that came since the start.</param>
public readonly record struct ServerCounts(long Accepted, long Active, long Busy, long Requests)
{
    /// <summary>The counts of two sets of listeners together.</summary>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    public static ServerCounts operator +(ServerCounts one, ServerCounts other) =>
        new(one.Accepted + other.Accepted, one.Active + other.Active, one.Busy + other.Busy, one.Requests + other.Requests);

    /// <summary>The counts under the names that nginx has for them. A request counts from its whole head on, so that none is ever seen while its head is being read.</summary>
    public JsonObject Render() => new()
    {
        ["connections_accepted"] = Accepted,
        ["connections_handled"] = Accepted,
        ["connections_active"] = Active,
        ["connections_reading"] = 0L,
        ["connections_writing"] = Math.Min(Busy, Active),
        ["connections_waiting"] = Math.Max(0, Active - Busy),
        ["total_requests"] = Requests,
    };
}
