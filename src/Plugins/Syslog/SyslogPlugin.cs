using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gateway.Plugins.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;
using Gateway.PluginSdk.Logs;

namespace Gateway.Plugins.Syslog;

/// <summary>Sends log entries to the system's log.</summary>
/// <param name="queues">The queues of the node.</param>
/// <param name="time">The clock.</param>
[Plugin("syslog", Priority = 4, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class SyslogPlugin(BatchQueues queues, TimeProvider time) : ILog<SyslogConfig>, IStreamLog<SyslogConfig>
{
    // In the order of their numbers (RFC 5424, 6.2.1); those from 12 to 15 have no name here.
    private static readonly string[] _facilities = ["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"];
    private static readonly QueueSettings _queue = new() { MaxBatchSize = 100, MaxCoalescingDelay = 0, MaxRetryTime = 1 };

    private readonly LogSinks<SyslogConfig> _sinks = new(queues, static c => $"syslog {c.Facility}", static _ => _queue, static (_, entries, cancellation) => SendAsync(LogSocket, entries, cancellation));

    /// <summary>The socket on which the system's log listens.</summary>
    public static string LogSocket => "/dev/log";

    /// <inheritdoc/>
    public void Log(Exchange exchange, SyslogConfig config) => Add(exchange.Http.Response.StatusCode, exchange.LogEntry, config);

    /// <inheritdoc/>
    public void Log(StreamSession session, SyslogConfig config) => Add(session.Status, session.LogEntry, config);

    /// <summary>The message of a log entry, as the system's log reads it (RFC 3164); null when it is not severe enough.</summary>
    /// <param name="status">The status of the answer or the stream, which makes it severe.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="config">How it is marked.</param>
    /// <param name="now">The time.</param>
    public static byte[]? Message(int status, LogEntry entry, SyslogConfig config, DateTimeOffset now)
    {
        var severities = new LogSeverity(config.LogLevel, config.SuccessfulSeverity, config.ClientErrorsSeverity, config.ServerErrorsSeverity);
        return severities.Of(status) is { } severity
            ? [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<{(Number(config.Facility) << 3) + severity}>{now:MMM} {now.Day,2} {now:HH:mm:ss} kong: ")), .. entry.Utf8.Span]
            : null;
    }

    /// <summary>Sends messages to a socket of the system.</summary>
    /// <param name="path">The socket's path.</param>
    /// <param name="messages">The messages, each in a datagram of its own.</param>
    /// <param name="cancellation">Ends the sending.</param>
    /// <returns>Why they could not be sent, or null.</returns>
    public static async Task<string?> SendAsync(string path, IReadOnlyList<ReadOnlyMemory<byte>> messages, CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            foreach (var message in messages)
            {
                await socket.SendAsync(message, cancellation);
            }

            return null;
        }
        catch (SocketException e)
        {
            return $"{path}: {e.Message}";
        }
    }

    private void Add(int status, LogEntry entry, SyslogConfig config)
    {
        if (Message(status, entry, config, time.GetLocalNow()) is { } message)
        {
            _sinks.Add(config, message);
        }
    }

    private static int Number(string facility) =>
        facility.StartsWith("local", StringComparison.Ordinal) ? 16 + (facility[^1] - '0') : Array.IndexOf(_facilities, facility);
}
