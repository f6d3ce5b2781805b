using System.Collections.Frozen;
using Gateway.Entities;

namespace Gateway.DataPlane.Upstreams.Health;

/// <summary>How many events of each kind turn a peer's health over, and which statuses are which.</summary>
internal sealed record HealthLimits
{
    /// <summary>Who sees the events, in words for people.</summary>
    public required string Origin { get; init; }

    /// <summary>How many successes make a peer healthy.</summary>
    public required int Successes { get; init; }

    /// <summary>How many bad answers make it unhealthy.</summary>
    public required int HttpFailures { get; init; }

    /// <summary>How many failed connections do.</summary>
    public required int TcpFailures { get; init; }

    /// <summary>How many timeouts do.</summary>
    public required int Timeouts { get; init; }

    /// <summary>The statuses that count as a success.</summary>
    public required FrozenSet<int> HealthyStatuses { get; init; }

    /// <summary>The statuses that count as a failure.</summary>
    public required FrozenSet<int> UnhealthyStatuses { get; init; }

    /// <summary>The limit of a kind of event.</summary>
    /// <param name="happened">The kind.</param>
    public int Of(HealthEvent happened) => happened switch
    {
        HealthEvent.Success => Successes,
        HealthEvent.HttpFailure => HttpFailures,
        HealthEvent.TcpFailure => TcpFailures,
        _ => Timeouts,
    };

    /// <summary>What a status says; null when it says nothing.</summary>
    /// <param name="status">The status; 0 for an answer that is none.</param>
    public HealthEvent? Judge(int status) => HealthyStatuses.Contains(status) ? HealthEvent.Success
        : status is 0 || UnhealthyStatuses.Contains(status) ? HealthEvent.HttpFailure
        : null;
}

/// <summary>How the health of an upstream's peers is looked after, compiled.</summary>
/// <param name="Active">What probes are counted by.</param>
/// <param name="Passive">What proxied requests are counted by.</param>
/// <param name="CountsConnections">Whether proxied connections rather than answers count.</param>
/// <param name="Threshold">The percentage of available weight that must be exceeded.</param>
internal sealed record HealthPlan(HealthLimits Active, HealthLimits Passive, bool CountsConnections, double Threshold)
{
    /// <summary>Compiles the health checks of an upstream; null when they are all off.</summary>
    /// <param name="checks">The health checks.</param>
    public static HealthPlan? Of(Healthchecks checks)
    {
        var (active, passive) = (checks.Active, checks.Passive);
        var isOn = active.Healthy.Interval > 0 || active.Unhealthy.Interval > 0
            || passive.Unhealthy.TcpFailures > 0 || passive.Unhealthy.Timeouts > 0 || passive.Unhealthy.HttpFailures > 0;
        return isOn ? new HealthPlan(Of(active), Of(passive), passive.Type is HealthcheckType.Tcp, checks.Threshold ?? 0) : null;
    }

    private static HealthLimits Of(ActiveHealthcheck active) => new()
    {
        Origin = "probe",
        Successes = active.Healthy.Successes ?? 0,
        HttpFailures = active.Unhealthy.HttpFailures ?? 0,
        TcpFailures = active.Unhealthy.TcpFailures ?? 0,
        Timeouts = active.Unhealthy.Timeouts ?? 0,
        HealthyStatuses = (active.Healthy.HttpStatuses ?? []).ToFrozenSet(),
        UnhealthyStatuses = (active.Unhealthy.HttpStatuses ?? []).ToFrozenSet(),
    };

    private static HealthLimits Of(PassiveHealthcheck passive) => new()
    {
        Origin = "proxied request",
        Successes = passive.Healthy.Successes ?? 0,
        HttpFailures = passive.Unhealthy.HttpFailures ?? 0,
        TcpFailures = passive.Unhealthy.TcpFailures ?? 0,
        Timeouts = passive.Unhealthy.Timeouts ?? 0,
        HealthyStatuses = (passive.Healthy.HttpStatuses ?? []).ToFrozenSet(),
        UnhealthyStatuses = (passive.Unhealthy.HttpStatuses ?? []).ToFrozenSet(),
    };
}
