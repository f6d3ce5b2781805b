namespace Gateway.ControlPlane.Telemetry;

/// <summary>What traffic is counted by.</summary>
internal enum SeriesKind : short
{
    /// <summary>All data planes together.</summary>
    Cluster,

    /// <summary>One data plane.</summary>
    Node,

    /// <summary>One service.</summary>
    Service,

    /// <summary>One route.</summary>
    Route,

    /// <summary>One consumer.</summary>
    Consumer,
}

/// <summary>One line of a chart: a kind, and which one of it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Id">The node, service, route or consumer.</param>
internal readonly record struct Series(SeriesKind Kind, Guid Id)
{
    /// <summary>All data planes together.</summary>
    public static Series Cluster { get; } = new(SeriesKind.Cluster, Guid.Empty);
}
