using System.Net;
using Gateway.Entities;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.DataPlane.Upstreams;

/// <summary>A service with all that its requests need, compiled.</summary>
internal sealed class ServicePlan
{
    /// <summary>Compiles the service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="balancer">Where its requests may go.</param>
    /// <param name="profile">How connections to there are made.</param>
    /// <param name="connections">The connections to there.</param>
    public ServicePlan(Service service, Balancer balancer, ConnectionProfile profile, HttpMessageInvoker connections)
    {
        Service = service;
        Balancer = balancer;
        Profile = profile;
        Connections = connections;
        Path = service.Path is { Length: > 0 } path ? path : "/";
        Tries = 1 + (service.Retries ?? 5);
        Tls = service.Protocol is Protocol.Https or Protocol.Grpcs or Protocol.Tls;
        var http2 = service.Protocol is Protocol.Grpc or Protocol.Grpcs;
        Forwarding = new ForwarderRequestConfig
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = TimeSpan.FromMilliseconds(service.ReadTimeout ?? 60_000),
        };
    }

    /// <summary>The service.</summary>
    public Service Service { get; }

    /// <summary>Where its requests may go.</summary>
    public Balancer Balancer { get; }

    /// <summary>How connections to there are made.</summary>
    public ConnectionProfile Profile { get; }

    /// <summary>The connections to there.</summary>
    public HttpMessageInvoker Connections { get; }

    /// <summary>The path that is put before the request's.</summary>
    public string Path { get; }

    /// <summary>How often a request is sent at most.</summary>
    public int Tries { get; }

    /// <summary>Whether the upstream is spoken to over TLS.</summary>
    public bool Tls { get; }

    /// <summary>The HTTP version and the timeout.</summary>
    public ForwarderRequestConfig Forwarding { get; }
}
