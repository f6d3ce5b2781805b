using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gateway.Plugins.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;

namespace Gateway.Plugins.Syslog;

/// <summary>Sends log entries to the system's log.</summary>
/// <param name="queues">The queues of the node.</param>
/// <param name="time">The clock.</param>
[Plugin("syslog", Priority = 4, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class SyslogPlugin(BatchQueues queues, TimeProvider time) : ILog<SyslogConfig>
{
    // In the order of their numbers (RFC 5424, 6.2.1); those from 12 to 15 have no name here.
    private static readonly string[] _facilities = ["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"];
    private static readonly QueueSettings _queue = new() { MaxBatchSize = 100, MaxCoalescingDelay = 0, MaxRetryTime = 1 };

    private readonly LogSinks<SyslogConfig> _sinks = new(queues, static c => $"syslog {c.Facility}", static _ => _queue, static (_, entries, cancellation) => SendAsync(LogSocket, entries, cancellation));

    /// <summary>The socket on which the system's log listens.</summary>
    public static string LogSocket => "/dev/log";

    /// <inheritdoc/>
    public void Log(Exchange exchange, SyslogConfig config)
    {
        if (Message(exchange, config, time.GetLocalNow()) is { } message)
        {
            _sinks.Add(config, message);
        }
    }

    /// <summary>The message of an exchange, as the system's log reads it (RFC 3164); null when it is not severe enough.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="config">How it is marked.</param>
    /// <param name="now">The time.</param>
    public static byte[]? Message(Exchange exchange, SyslogConfig config, DateTimeOffset now)
    {
        var severities = new LogSeverity(config.LogLevel, config.SuccessfulSeverity, config.ClientErrorsSeverity, config.ServerErrorsSeverity);
        return severities.Of(exchange.Http.Response.StatusCode) is { } severity
            ? [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<{(Number(config.Facility) << 3) + severity}>{now:MMM} {now.Day,2} {now:HH:mm:ss} kong: ")), .. exchange.LogEntry.Utf8.Span]
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

    private static int Number(string facility) =>
        facility.StartsWith("local", StringComparison.Ordinal) ? 16 + (facility[^1] - '0') : Array.IndexOf(_facilities, facility);
}
