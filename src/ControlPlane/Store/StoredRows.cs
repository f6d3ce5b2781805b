namespace Gateway.ControlPlane.Store;

/// <summary>A data plane's row, by which control plane nodes know each other's data planes; read and written by the clustering part.</summary>
internal sealed class DataPlaneRow
{
    public Guid Id { get; init; }

    public required string Hostname { get; init; }

    public required string Ip { get; init; }

    public string? Version { get; init; }

    public DateTime? LastSeen { get; init; }

    public DateTime? UpdatedAt { get; init; }

    public string? ConfigHash { get; init; }

    public required string SyncStatus { get; init; }

    public string? Labels { get; init; }

    public string? CertDetails { get; init; }

    public string[]? RpcCapabilities { get; init; }

    public DateTime? Ttl { get; init; }
}

/// <summary>Someone who may sign in to the Manager.</summary>
internal sealed class AdministratorRow
{
    public Guid Id { get; init; }

    public required string Username { get; init; }

    /// <summary>The password's hash, in the form that <see cref="PasswordHash"/> writes.</summary>
    public required string PasswordHash { get; set; }

    public DateTime CreatedAt { get; init; }
}

/// <summary>What was counted of one series within a minute or an hour; read and written by the telemetry part.</summary>
internal sealed class VitalsRow
{
    public short Kind { get; init; }

    public Guid Id { get; init; }

    /// <summary>The length of the step, in seconds.</summary>
    public int Step { get; init; }

    /// <summary>The end of the step.</summary>
    public DateTime At { get; init; }

    /// <summary>The process that counted.</summary>
    public Guid Origin { get; init; }

    public long Informational { get; init; }

    public long Successful { get; init; }

    public long Redirected { get; init; }

    public long ClientErrors { get; init; }

    public long ServerErrors { get; init; }

    public long Connections { get; init; }

    public long MemoryBytes { get; init; }

    public required byte[] Latency { get; init; }
}

/// <summary>What was counted within one window of a limit; read and written by <see cref="DatabaseCounters"/>.</summary>
internal sealed class CounterRow
{
    /// <summary>Whose requests are counted together.</summary>
    public required string Identifier { get; init; }

    /// <summary>The window's period, behind the name of what is used where it is not requests.</summary>
    public required string Period { get; init; }

    /// <summary>When the window began.</summary>
    public DateTime PeriodDate { get; init; }

    public Guid ServiceId { get; init; }

    public Guid RouteId { get; init; }

    public long Value { get; init; }

    /// <summary>When the window is certainly over.</summary>
    public DateTime Ttl { get; init; }
}
