using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Upstreams;
using Gateway.Entities;

namespace Gateway.DataPlane.Routing;

/// <summary>A route with all that its requests need, compiled.</summary>
internal sealed class RoutePlan
{
    /// <summary>Compiles the route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="service">Where it leads, or null.</param>
    /// <param name="plugins">The plugins of the pair.</param>
    public RoutePlan(Route route, ServicePlan? service, PluginPlan plugins)
    {
        Route = route;
        Service = service;
        Plugins = plugins;
        StripPath = route.StripPath;
        PreserveHost = route.PreserveHost;
        GathersBodies = route.RequestBuffering;
        ReadsAhead = route.ResponseBuffering;
        NeedsTls = !route.Protocols.Contains(Protocol.Http) && route.Protocols.Contains(Protocol.Https);
        IsGrpc = route.Protocols.Contains(Protocol.Grpc) || route.Protocols.Contains(Protocol.Grpcs);
        NeedsGrpcTls = !route.Protocols.Contains(Protocol.Grpc) && route.Protocols.Contains(Protocol.Grpcs);
    }

    /// <summary>The route.</summary>
    public Route Route { get; }

    /// <summary>Where it leads, or null.</summary>
    public ServicePlan? Service { get; }

    /// <summary>The plugins of the pair of route and service.</summary>
    public PluginPlan Plugins { get; }

    /// <summary>Whether what the route matched is taken off the path.</summary>
    public bool StripPath { get; }

    /// <summary>Whether the upstream gets the client's Host.</summary>
    public bool PreserveHost { get; }

    /// <summary>Whether a request's body is read to its end before the upstream hears of the request.</summary>
    public bool GathersBodies { get; }

    /// <summary>Whether more of an answer is taken from the upstream than the client has room for.</summary>
    public bool ReadsAhead { get; }

    /// <summary>Where the route's requests are counted, for <see cref="Telemetry.EntityCounters"/> alone.</summary>
    public object? Counter { get; set; }

    /// <summary>When there was no room for a counter; 0 where that never happened. For <see cref="Telemetry.EntityCounters"/> alone.</summary>
    public int CounterlessEra { get; set; }

    /// <summary>Whether cleartext requests are sent to HTTPS.</summary>
    public bool NeedsTls { get; }

    /// <summary>Whether it takes gRPC requests only.</summary>
    public bool IsGrpc { get; }

    /// <summary>Whether it takes gRPC requests over TLS only.</summary>
    public bool NeedsGrpcTls { get; }
}
