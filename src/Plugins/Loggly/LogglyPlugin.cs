using System.Globalization;
using System.Text;
using Gateway.Plugins.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;
using Gateway.PluginSdk.Logs;

namespace Gateway.Plugins.Loggly;

/// <summary>Sends log entries to Loggly.</summary>
/// <param name="queues">The queues of the node.</param>
/// <param name="node">The node that the plugin runs on.</param>
/// <param name="time">The clock.</param>
[Plugin("loggly", Priority = 6, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class LogglyPlugin(BatchQueues queues, GatewayNode node, TimeProvider time) : ILog<LogglyConfig>, IStreamLog<LogglyConfig>
{
    // The facility "user" of syslog, in its place beside the severity.
    private const int User = 1 << 3;

    // The number that Loggly has of IANA for what it reads in a message (RFC 5424, 6.3.2).
    private const string Enterprise = "41058";

    private static readonly QueueSettings _queue = new() { MaxRetryTime = 1, MaxCoalescingDelay = 0 };

    private readonly LogSinks<LogglyConfig> _sinks = new(queues, static c => $"loggly {c.Host}:{c.Port}", static _ => _queue, SendAsync);

    /// <inheritdoc/>
    public void Log(Exchange exchange, LogglyConfig config) => Add(exchange.Http.Response.StatusCode, exchange.LogEntry, config);

    /// <inheritdoc/>
    public void Log(StreamSession session, LogglyConfig config) => Add(session.Status, session.LogEntry, config);

    private void Add(int status, LogEntry entry, LogglyConfig config)
    {
        var severities = new LogSeverity(config.LogLevel, config.SuccessfulSeverity, config.ClientErrorsSeverity, config.ServerErrorsSeverity);
        if (severities.Of(status) is { } severity)
        {
            var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            var tags = string.Join(' ', (config.Tags ?? new HashSet<string>()).Select(t => $"tag=\"{Escaped(t)}\""));
            _sinks.Add(config, (byte[])
            [
                .. Encoding.UTF8.GetBytes($"<{User + severity}>1 {now} {node.HostName} kong - - [{config.Key}@{Enterprise} {tags}] "),
                .. entry.Utf8.Span,
            ]);
        }
    }

    private static string Escaped(string tag) =>
        tag.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    private static async Task<string?> SendAsync(LogglyConfig config, IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMilliseconds(config.Timeout ?? 10_000));
        return await Datagrams.SendAsync(config.Host ?? "logs-01.loggly.com", config.Port ?? 514, entries, 0, limit.Token);
    }
}
