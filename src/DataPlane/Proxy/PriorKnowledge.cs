using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.DataPlane.Proxy;

/// <summary>
/// Speaks HTTP/2 with those clients of a cleartext listener who begin with its preface (RFC 9113, section 3.3), and HTTP/1.1 with all others. Kestrel itself would ask TLS which of
/// the two it is, and without TLS takes only one of them.
/// </summary>
internal static class PriorKnowledge
{
    // How TLS listeners tell Kestrel what a connection speaks. There is no public word for it.
    private static readonly Type _protocols = typeof(KestrelServerOptions).Assembly.GetType("Microsoft.AspNetCore.Server.Kestrel.Core.Internal.HttpProtocolsFeature", throwOnError: true)!;
    private static readonly object _http2 = Activator.CreateInstance(_protocols, HttpProtocols.Http2)!;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Decides by the first octets of a connection.</summary>
    /// <param name="next">What handles the connection.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="patience">How long a client may send nothing.</param>
    public static async Task LookAsync(ConnectionDelegate next, ConnectionContext connection, TimeSpan patience)
    {
        var isHttp2 = false;
        if (await FirstOctets.LookAsync(connection, patience, octets => IsKnown(octets, out isHttp2)))
        {
            if (isHttp2)
            {
                connection.Features[_protocols] = _http2;
            }

            await next(connection);
        }
    }

    /// <summary>Whether octets are the preface, or cannot become it any more.</summary>
    private static bool IsKnown(ReadOnlySequence<byte> octets, out bool isHttp2)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(octets.Length, Preface.Length);
        octets.Slice(0, length).CopyTo(first);
        var fits = first[..length].SequenceEqual(Preface[..length]);
        isHttp2 = fits && length == Preface.Length;
        return isHttp2 || !fits;
    }
}
