using System.Net;
using Gateway.Entities;
using Gateway.PluginSdk.Logs;

namespace Gateway.PluginSdk;

/// <summary>One stream through the gateway, a connection or the datagrams of a client, as plugins see it.</summary>
public abstract class StreamSession
{
    /// <summary>What the client speaks: <c>tcp</c>, <c>tls</c> or <c>udp</c>.</summary>
    public abstract string Protocol { get; }

    /// <summary>The client's address, after a PROXY protocol header has been looked through; IPv4 in its own form even on a socket for both.</summary>
    public abstract IPAddress ClientIp { get; }

    /// <summary>The server name of the TLS handshake, or null.</summary>
    public abstract string? ServerName { get; }

    /// <summary>The route that matched, or null.</summary>
    public abstract Route? Route { get; }

    /// <summary>The service that the route leads to, or null.</summary>
    public abstract Service? Service { get; }

    /// <summary>What logs tell of the session; complete only when it is over.</summary>
    public abstract LogEntry LogEntry { get; }

    /// <summary>The octets that came from the client so far.</summary>
    public abstract long Received { get; }

    /// <summary>The octets that went to the client so far.</summary>
    public abstract long Sent { get; }

    /// <summary>The instance of the plugin that runs at the moment.</summary>
    public PluginInstance Instance { get; set; } = PluginInstance.None;

    /// <summary>How the session ended, as a status of HTTP tells it: 200 well, 400 bad bytes from the client, 403 forbidden, 500 no route or service, 502 no upstream.</summary>
    public int Status { get; protected set; } = 200;

    /// <summary>Why the session is not let through; null when it is.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Keeps the session from going upstream: the client is told nothing, its connection is closed.</summary>
    /// <param name="status">The status that logs tell, 400 to 599.</param>
    /// <param name="reason">Why, for the node's log.</param>
    public void Refuse(int status, string reason)
    {
        if (Refusal is null)
        {
            (Status, Refusal) = (status, reason);
        }
    }
}
