using System.Diagnostics;
using System.Net;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Proxy;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Upstreams;
using Gateway.Entities;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Logs;

namespace Gateway.DataPlane.Streams;

/// <summary>A stream that a client began, with what becomes of it.</summary>
internal sealed class ConnectedSession : StreamSession
{
    private readonly GatewaySnapshot _snapshot;
    private LogEntry? _entry;
    private long _received;
    private long _sent;

    /// <summary>Takes a stream in.</summary>
    /// <param name="protocol"><c>tcp</c>, <c>tls</c> or <c>udp</c>.</param>
    /// <param name="client">The client's end.</param>
    /// <param name="local">The end that the client spoke to, with the port as the world knows it.</param>
    /// <param name="serverName">The server name of the TLS handshake, or null.</param>
    /// <param name="snapshot">The configuration that holds for it.</param>
    /// <param name="isCleartext">Whether it is a connection on a listener without TLS.</param>
    public ConnectedSession(string protocol, IPEndPoint client, IPEndPoint local, string? serverName, GatewaySnapshot snapshot, bool isCleartext = false)
    {
        (Protocol, Client, Local, ServerName, _snapshot) = (protocol, client, local, serverName, snapshot);
        RoutePlan = snapshot.Streams.Find(new RouterRequest(protocol, serverName, client, local) { IsCleartext = isCleartext });
        Plan = RoutePlan?.Plugins ?? snapshot.GlobalPlugins;
    }

    /// <summary>When it began, in ticks of <see cref="Stopwatch"/>.</summary>
    public long Started { get; } = Stopwatch.GetTimestamp();

    /// <summary>When the upstream was reached, in the same ticks; 0 when it never was.</summary>
    public long Connected { get; set; }

    /// <summary>How long it has been going on.</summary>
    public TimeSpan Took => Stopwatch.GetElapsedTime(Started);

    /// <summary>The client's end.</summary>
    public IPEndPoint Client { get; }

    /// <summary>The end that the client spoke to.</summary>
    public IPEndPoint Local { get; }

    /// <summary>The route's plan, or null.</summary>
    public RoutePlan? RoutePlan { get; }

    /// <summary>The plugins that run for it.</summary>
    public PluginPlan Plan { get; }

    /// <summary>The id of the default workspace, or null.</summary>
    public Guid? Workspace => _snapshot.Workspace;

    /// <summary>The tries to reach an upstream.</summary>
    public List<UpstreamTry> Tries { get; } = [];

    /// <summary>The TLS of the client's connection, as logs tell of it; null where the gateway does not terminate it.</summary>
    public ClientTls? Tls { get; set; }

    /// <inheritdoc/>
    public override string Protocol { get; }

    /// <inheritdoc/>
    public override IPAddress ClientIp => Client.Address;

    /// <inheritdoc/>
    public override string? ServerName { get; }

    /// <inheritdoc/>
    public override Route? Route => RoutePlan?.Route;

    /// <inheritdoc/>
    public override Service? Service => RoutePlan?.Service?.Service;

    /// <inheritdoc/>
    public override LogEntry LogEntry => _entry ??= SessionEntries.Of(this);

    /// <inheritdoc/>
    public override long Received => Volatile.Read(ref _received);

    /// <inheritdoc/>
    public override long Sent => Volatile.Read(ref _sent);

    /// <summary>The octets that came from the upstream.</summary>
    public long UpstreamReceived { get; set; }

    /// <summary>The octets that went to the upstream.</summary>
    public long UpstreamSent { get; set; }

    /// <summary>Counts octets from the client.</summary>
    /// <param name="octets">How many.</param>
    public void CountReceived(int octets) => Interlocked.Add(ref _received, octets);

    /// <summary>Counts octets to the client.</summary>
    /// <param name="octets">How many.</param>
    public void CountSent(int octets) => Interlocked.Add(ref _sent, octets);

    /// <summary>Takes note of a try.</summary>
    /// <param name="peer">The peer that is tried.</param>
    public void Try(Peer peer) => Tries.Add(new UpstreamTry(peer.AddressText, peer.Port, Stopwatch.GetTimestamp()));

    /// <summary>Takes note that the last try failed.</summary>
    /// <param name="status">The status that stands for the failure.</param>
    public void FailTry(int status) => Tries[^1].Failure = status;
}

/// <summary>The TLS of a client's connection, as logs tell of it.</summary>
/// <param name="Version">Such as <c>TLSv1.3</c>.</param>
/// <param name="Cipher">The cipher suite.</param>
internal sealed record ClientTls(string Version, string? Cipher);
