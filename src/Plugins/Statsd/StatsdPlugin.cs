using System.Net.Sockets;
using System.Text;
using Gateway.Plugins.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;

namespace Gateway.Plugins.Statsd;

/// <summary>Sends metrics to a StatsD server.</summary>
[Plugin("statsd", Priority = 11, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class StatsdPlugin : ILog<StatsdConfig>, IStreamLog<StatsdConfig>
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    private readonly StatsdLines _lines;
    private readonly LogSinks<StatsdConfig> _sinks;

    /// <summary>Makes the plugin.</summary>
    /// <param name="queues">The queues of the node.</param>
    /// <param name="node">The node that the plugin runs on.</param>
    public StatsdPlugin(BatchQueues queues, GatewayNode node)
    {
        _lines = new StatsdLines(node);
        _sinks = new(queues, static c => $"statsd {c.Host}:{c.Port}", static c => c.Queue.Or(c.QueueSize, c.FlushTimeout), SendAsync);
    }

    /// <inheritdoc/>
    public void Log(Exchange exchange, StatsdConfig config) => Add(exchange.Http.Response.StatusCode, LogFacts.Of(exchange), config);

    /// <inheritdoc/>
    public void Log(StreamSession session, StatsdConfig config) => Add(session.Status, LogFacts.Of(session), config);

    private void Add(int status, LogFacts facts, StatsdConfig config)
    {
        var lines = StatsdLines.Counts(config, status) ? _lines.Of(config, facts) : string.Empty;
        if (lines.Length > 0)
        {
            _sinks.Add(config, Encoding.UTF8.GetBytes(lines));
        }
    }

    private static async Task<string?> SendAsync(StatsdConfig config, IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation)
    {
        var (host, port) = (config.Host ?? "localhost", config.Port ?? 8125);
        if (config.UseTcp is not true)
        {
            return await Datagrams.SendAsync(host, port, entries, (int)(config.UdpPacketSize ?? 0), cancellation);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, limit.Token);
            var stream = client.GetStream();
            foreach (var entry in entries)
            {
                await stream.WriteAsync((byte[])[.. entry.Span, (byte)'\n'], limit.Token);
            }

            client.Client.Shutdown(SocketShutdown.Send);
            return null;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return e.Message;
        }
    }
}
