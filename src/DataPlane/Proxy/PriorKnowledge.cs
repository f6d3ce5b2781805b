using System.Buffers;
using Gateway.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Proxy;

/// <summary>
/// Speaks HTTP/2 with those clients of a cleartext listener who begin with its preface (RFC 9113, section 3.3), and HTTP/1.1 with all others. Kestrel itself would ask TLS which of
/// the two it is, and without TLS takes only one of them.
/// </summary>
/// <param name="logger">Takes note that it cannot be done.</param>
/// <param name="feature">The name that Kestrel has for what a connection speaks.</param>
internal sealed partial class PriorKnowledge(ILogger<PriorKnowledge> logger, string feature = PriorKnowledge.Feature)
{
    // How TLS listeners tell Kestrel what a connection speaks. There is no public word for it, so another version of it may have another, or none.
    private const string Feature = "Microsoft.AspNetCore.Server.Kestrel.Core.Internal.HttpProtocolsFeature";

    private readonly (Type Key, object Http2)? _protocols = Find(feature);

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Whether connections can be told apart; where they cannot, all speak HTTP/1.1, and the log says so.</summary>
    /// <param name="listener">The address that is listened on.</param>
    public bool IsKnownOn(Listener listener)
    {
        if (_protocols is null)
        {
            Log.Unknown(logger, listener, feature, typeof(KestrelServerOptions).Assembly.GetName().Version);
        }

        return _protocols is not null;
    }

    /// <summary>Decides by the first octets of a connection.</summary>
    /// <param name="next">What handles the connection.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="patience">How long a client may send nothing.</param>
    public async Task LookAsync(ConnectionDelegate next, ConnectionContext connection, TimeSpan patience)
    {
        var isHttp2 = false;
        if (await FirstOctets.LookAsync(connection, patience, octets => IsKnown(octets, out isHttp2)))
        {
            if (isHttp2 && _protocols is var (key, http2))
            {
                connection.Features[key] = http2;
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

    private static (Type Key, object Http2)? Find(string feature)
    {
        try
        {
            return typeof(KestrelServerOptions).Assembly.GetType(feature) is { } key && Activator.CreateInstance(key, HttpProtocols.Http2) is { } http2 ? (key, http2) : null;
        }
        catch (MissingMethodException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "HTTP/2 without TLS is not spoken on {Listener}, only HTTP/1.1: Kestrel {Version} has no {Feature}")]
        public static partial void Unknown(ILogger logger, Listener listener, string feature, Version? version);
    }
}
