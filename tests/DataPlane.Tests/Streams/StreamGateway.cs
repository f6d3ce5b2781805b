using System.Net;
using System.Net.Sockets;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Streams;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Streams;

/// <summary>A data plane that takes streams in on loopback ports.</summary>
internal sealed class StreamGateway : IAsyncDisposable
{
    private StreamGateway(TestGateway gateway) => Gateway = gateway;

    public TestGateway Gateway { get; }

    /// <summary>The ports, in the order of the listeners.</summary>
    public int[] Ports => [.. Gateway.Services.GetRequiredService<StreamServer>().Addresses.Select(a => a.Port)];

    /// <summary>What a listener may be bound to, with an address that it then answers on; machines without IPv6 have one of these.</summary>
    public static TheoryData<string, string> Addresses
    {
        get
        {
            var pairs = new TheoryData<string, string> { { "0.0.0.0", "127.0.0.1" } };
            if (Socket.OSSupportsIPv6)
            {
                pairs.Add("::", "127.0.0.1");
                pairs.Add("::", "::1");
            }

            return pairs;
        }
    }

    public static async Task<StreamGateway> StartAsync(
        ConfigEntities entities, StreamListener[]? listeners = null, Func<DataPlaneOptions, DataPlaneOptions>? options = null, Action<IServiceCollection>? services = null) =>
        new(await TestGateway.StartAsync(
            entities, services, o => (options ?? (same => same))(o with { GracePeriod = TimeSpan.FromSeconds(1), StreamListeners = listeners ?? [new StreamListener(IPAddress.Loopback, 0)] })));

    /// <summary>A connection to one of the listeners.</summary>
    public async Task<Socket> ConnectAsync(int listener = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Ports[listener]);
        return socket;
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    /// <summary>A route for connections, to any local port unless others are named.</summary>
    public static Route Route(Service? service, params int[] ports) => Some.Route(service) with
    {
        Protocols = new HashSet<Protocol> { Protocol.Tcp },
        Destinations = ports.Length > 0 ? ports.Select(p => new Endpoint { Port = p }).ToHashSet() : null,
        Sources = ports.Length > 0 ? null : new HashSet<Endpoint> { new() { Ip = "0.0.0.0/0" } },
    };

    /// <summary>A service that speaks no HTTP.</summary>
    public static Service Service(int port, Protocol protocol = Protocol.Tcp) => Some.Service(port) with { Protocol = protocol };
}
