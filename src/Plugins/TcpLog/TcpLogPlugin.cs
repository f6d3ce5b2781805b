using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Plugins.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;

namespace Gateway.Plugins.TcpLog;

/// <summary>Sends log entries to a TCP server, a line of JSON for each.</summary>
/// <param name="queues">The queues of the node.</param>
/// <param name="outgoing">How TLS is spoken with the server.</param>
[Plugin("tcp-log", Priority = 7, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class TcpLogPlugin(BatchQueues queues, OutgoingTls outgoing) : ILog<TcpLogConfig>, IStreamLog<TcpLogConfig>
{
    // What came together while a connection was made goes over it together.
    private static readonly QueueSettings _queue = new() { MaxBatchSize = 100, MaxCoalescingDelay = 0 };

    private readonly LogSinks<TcpLogConfig> _sinks = new(queues, static c => $"tcp-log {c.Host}:{c.Port}", static _ => _queue,
        (config, entries, cancellation) => SendAsync(config, outgoing, entries, cancellation));

    /// <inheritdoc/>
    public void Log(Exchange exchange, TcpLogConfig config) => _sinks.Add(exchange, config);

    /// <inheritdoc/>
    public void Log(StreamSession session, TcpLogConfig config) => _sinks.Add(session, config);

    private static async Task<string?> SendAsync(TcpLogConfig config, OutgoingTls outgoing, IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMilliseconds(config.Timeout ?? 10_000));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(config.Host, config.Port, limit.Token);
            Stream stream = client.GetStream();
            await using var tls = config.Tls ? new SslStream(stream) : null;
            if (tls is not null)
            {
                await tls.AuthenticateAsClientAsync(outgoing.Create(config.TlsSni ?? config.Host), limit.Token);
                stream = tls;
            }

            foreach (var entry in entries)
            {
                await stream.WriteAsync(entry, limit.Token);
                await stream.WriteAsync("\n"u8.ToArray(), limit.Token);
            }

            await stream.FlushAsync(limit.Token);
            client.Client.Shutdown(SocketShutdown.Send);
            return null;
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return e.Message;
        }
    }
}
