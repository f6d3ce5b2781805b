using System.Net.Sockets;
using Gateway.Plugins.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;

namespace Gateway.Plugins.UdpLog;

/// <summary>Sends log entries to a UDP server, each in a datagram of its own.</summary>
/// <param name="queues">The queues of the node.</param>
[Plugin("udp-log", Priority = 8, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class UdpLogPlugin(BatchQueues queues) : ILog<UdpLogConfig>, IStreamLog<UdpLogConfig>
{
    // A datagram that got lost is lost; only what could not be sent at all is tried again, shortly.
    private static readonly QueueSettings _queue = new() { MaxRetryTime = 1, MaxCoalescingDelay = 0 };

    private readonly LogSinks<UdpLogConfig> _sinks = new(queues, static c => $"udp-log {c.Host}:{c.Port}", static _ => _queue, SendAsync);

    /// <inheritdoc/>
    public void Log(Exchange exchange, UdpLogConfig config) => _sinks.Add(exchange, config);

    /// <inheritdoc/>
    public void Log(StreamSession session, UdpLogConfig config) => _sinks.Add(session, config);

    private static async Task<string?> SendAsync(UdpLogConfig config, IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation)
    {
        try
        {
            using var client = new UdpClient();
            foreach (var entry in entries)
            {
                await client.SendAsync(entry, config.Host, config.Port, cancellation);
            }

            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }
}
