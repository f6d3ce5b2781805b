using System.Net.Sockets;

namespace Gateway.Plugins.Common;

/// <summary>Sends lines over UDP, several in one datagram where that is wanted.</summary>
internal static class Datagrams
{
    /// <summary>Sends the lines of entries.</summary>
    /// <param name="host">The host.</param>
    /// <param name="port">The port.</param>
    /// <param name="entries">The entries, each of one line or several.</param>
    /// <param name="size">How large a datagram with several lines may be, in bytes; 0 sends each line alone.</param>
    /// <param name="cancellation">Ends the sending.</param>
    /// <returns>Why they could not be sent, or null.</returns>
    public static async Task<string?> SendAsync(string host, int port, IReadOnlyList<ReadOnlyMemory<byte>> entries, int size, CancellationToken cancellation)
    {
        try
        {
            using var client = new UdpClient(host, port);
            foreach (var datagram in Pack(entries, size))
            {
                await client.SendAsync(datagram, cancellation);
            }

            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pack(IReadOnlyList<ReadOnlyMemory<byte>> entries, int size)
    {
        var packed = new List<byte>();
        foreach (var line in entries.SelectMany(Lines))
        {
            if (packed.Count > 0 && packed.Count + 1 + line.Length > size)
            {
                yield return packed.ToArray();
                packed.Clear();
            }

            if (packed.Count > 0)
            {
                packed.Add((byte)'\n');
            }

            packed.AddRange(line.Span);
        }

        if (packed.Count > 0)
        {
            yield return packed.ToArray();
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> entry)
    {
        while (entry.Span.IndexOf((byte)'\n') is >= 0 and var end)
        {
            yield return entry[..end];
            entry = entry[(end + 1)..];
        }

        yield return entry;
    }
}
