using System.Globalization;
using System.Net.Sockets;

namespace Gateway.Hosting;

/// <summary>Whether the system probes connections on which nothing happens: the flag <c>so_keepalive</c>.</summary>
/// <param name="IsOn">Whether it does.</param>
/// <param name="IdleSeconds">After how many seconds without traffic; null is the system's number.</param>
/// <param name="IntervalSeconds">How many seconds apart; null is the system's number.</param>
/// <param name="Count">How many probes without an answer end the connection; null is the system's number.</param>
public sealed record SocketKeepAlive(bool IsOn, int? IdleSeconds = null, int? IntervalSeconds = null, int? Count = null)
{
    /// <summary>Reads <c>on</c>, <c>off</c>, or <c>idle:interval:count</c>, of which each may be left out: <c>30m::10</c>.</summary>
    /// <param name="text">The flag's value.</param>
    /// <param name="value">What it means.</param>
    public static bool TryParse(string text, out SocketKeepAlive? value)
    {
        value = text switch { "on" => new SocketKeepAlive(true), "off" => new SocketKeepAlive(false), _ => null };
        if (value is not null)
        {
            return true;
        }

        if (text.Split(':') is not [var idle, var interval, var count] || text is "::"
            || !TryReadSeconds(idle, out var idleSeconds) || !TryReadSeconds(interval, out var intervalSeconds) || !TryReadSeconds(count, out var probes))
        {
            return false;
        }

        value = new SocketKeepAlive(true, idleSeconds, intervalSeconds, probes);
        return true;
    }

    /// <summary>Sets a listening socket so; connections have it from there.</summary>
    /// <param name="socket">The socket.</param>
    public void ApplyTo(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, IsOn);
        foreach (var (name, value) in new[]
        {
            (SocketOptionName.TcpKeepAliveTime, IdleSeconds), (SocketOptionName.TcpKeepAliveInterval, IntervalSeconds), (SocketOptionName.TcpKeepAliveRetryCount, Count),
        })
        {
            if (value is { } number)
            {
                socket.SetSocketOption(SocketOptionLevel.Tcp, name, number);
            }
        }
    }

    private static bool TryReadSeconds(string text, out int? seconds)
    {
        seconds = null;
        if (text.Length is 0)
        {
            return true;
        }

        var factor = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        if (!int.TryParse(factor is 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > 32_767)
        {
            return false;
        }

        seconds = number * Math.Max(factor, 1);
        return true;
    }
}
