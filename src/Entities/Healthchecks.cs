using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>How the health of an upstream's targets is found out.</summary>
public sealed record Healthchecks
{
    /// <summary>Probes that the gateway sends.</summary>
    [Shows(Shown.RecordDefault)] public ActiveHealthcheck Active { get; init; } = new();

    /// <summary>What proxied requests tell.</summary>
    [Shows(Shown.RecordDefault)] public PassiveHealthcheck Passive { get; init; } = new();

    /// <summary>The share of weight, in percent, that must be exceeded for the upstream to count as healthy.</summary>
    [Between(0, 100), Shows(Shown.OutsideRecordDefault)] public double? Threshold { get; init; } = 0;
}

/// <summary>What a probe speaks.</summary>
public enum HealthcheckType
{
    /// <summary>A TCP connection.</summary>
    Tcp,

    /// <summary>An HTTP request.</summary>
    Http,

    /// <summary>An HTTPS request.</summary>
    Https,

    /// <summary>A gRPC health request.</summary>
    Grpc,

    /// <summary>A gRPC health request over TLS.</summary>
    Grpcs,
}

/// <summary>Probes that the gateway sends to each target.</summary>
public sealed record ActiveHealthcheck
{
    /// <summary>What a probe speaks.</summary>
    public HealthcheckType? Type { get; init; } = HealthcheckType.Http;

    /// <summary>How many probes run at once.</summary>
    [Between(1, 2147483648)] public long? Concurrency { get; init; } = 10;

    /// <summary>The path that a probe asks for.</summary>
    [HttpPath] public string? HttpPath { get; init; } = "/";

    /// <summary>How long a probe may take, in seconds.</summary>
    [Between(0, 65535)] public double? Timeout { get; init; } = 1;

    /// <summary>Whether the target's certificate is verified.</summary>
    public bool HttpsVerifyCertificate { get; init; } = true;

    /// <summary>What makes a target healthy.</summary>
    [Shows(Shown.RecordDefault)] public ActiveHealthy Healthy { get; init; } = new();

    /// <summary>What makes a target unhealthy.</summary>
    [Shows(Shown.RecordDefault)] public ActiveUnhealthy Unhealthy { get; init; } = new();

    /// <summary>The server name of HTTPS probes.</summary>
    [ServerName(wildcard: false), Shows(Shown.NotRequired)] public string? HttpsSni { get; init; }

    /// <summary>Headers that probes carry.</summary>
    [HeaderName(On = Level.Keys), Shows(Shown.NotRequired)] public IReadOnlyDictionary<string, IReadOnlyList<string>>? Headers { get; init; }
}

/// <summary>What makes a target healthy, by probes.</summary>
public sealed record ActiveHealthy
{
    /// <summary>The statuses that count as a success.</summary>
    [Between(100, 999)] public IReadOnlyList<int>? HttpStatuses { get; init; } = [200, 302];

    /// <summary>Seconds between probes of a healthy target; 0 sends none.</summary>
    [Between(0, 65535)] public double? Interval { get; init; } = 0;

    /// <summary>How many successes make a target healthy; 0 never does.</summary>
    [Between(0, 255)] public int? Successes { get; init; } = 0;
}

/// <summary>What makes a target unhealthy, by probes.</summary>
public sealed record ActiveUnhealthy
{
    /// <summary>How many failed connections make a target unhealthy; 0 never do.</summary>
    [Between(0, 255)] public int? TcpFailures { get; init; } = 0;

    /// <summary>How many timeouts make a target unhealthy; 0 never do.</summary>
    [Between(0, 255)] public int? Timeouts { get; init; } = 0;

    /// <summary>How many failed answers make a target unhealthy; 0 never do.</summary>
    [Between(0, 255)] public int? HttpFailures { get; init; } = 0;

    /// <summary>Seconds between probes of an unhealthy target; 0 sends none.</summary>
    [Between(0, 65535)] public double? Interval { get; init; } = 0;

    /// <summary>The statuses that count as a failure.</summary>
    [Between(100, 999)] public IReadOnlyList<int>? HttpStatuses { get; init; } = [429, 404, 500, 501, 502, 503, 504, 505];
}

/// <summary>What proxied requests tell of a target.</summary>
public sealed record PassiveHealthcheck
{
    /// <summary>What counts: answers or connections.</summary>
    public HealthcheckType? Type { get; init; } = HealthcheckType.Http;

    /// <summary>What makes a target healthy.</summary>
    [Shows(Shown.RecordDefault)] public PassiveHealthy Healthy { get; init; } = new();

    /// <summary>What makes a target unhealthy.</summary>
    [Shows(Shown.RecordDefault)] public PassiveUnhealthy Unhealthy { get; init; } = new();
}

/// <summary>What makes a target healthy, by proxied requests.</summary>
public sealed record PassiveHealthy
{
    /// <summary>The statuses that count as a success.</summary>
    [Between(100, 999)]
    public IReadOnlyList<int>? HttpStatuses { get; init; } =
        [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308];

    /// <summary>How many successes make a target healthy; 0 never do.</summary>
    [Between(0, 255)] public int? Successes { get; init; } = 0;
}

/// <summary>What makes a target unhealthy, by proxied requests.</summary>
public sealed record PassiveUnhealthy
{
    /// <summary>How many timeouts make a target unhealthy; 0 never do.</summary>
    [Between(0, 255)] public int? Timeouts { get; init; } = 0;

    /// <summary>How many failed connections make a target unhealthy; 0 never do.</summary>
    [Between(0, 255)] public int? TcpFailures { get; init; } = 0;

    /// <summary>The statuses that count as a failure.</summary>
    [Between(100, 999)] public IReadOnlyList<int>? HttpStatuses { get; init; } = [429, 500, 503];

    /// <summary>How many failed answers make a target unhealthy; 0 never do.</summary>
    [Between(0, 255)] public int? HttpFailures { get; init; } = 0;
}
