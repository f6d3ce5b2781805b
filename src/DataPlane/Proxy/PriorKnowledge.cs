using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
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

    /// <summary>Looks at the first octets of a connection, and leaves them where they are.</summary>
    /// <param name="next">What handles the connection.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="patience">How long a client may send nothing.</param>
    public static async Task LookAsync(ConnectionDelegate next, ConnectionContext connection, TimeSpan patience)
    {
        if (await BeginsAsync(connection, patience) is not { } isHttp2)
        {
            return;
        }

        if (isHttp2)
        {
            connection.Features[_protocols] = _http2;
        }

        await next(connection);
    }

    /// <summary>Whether the connection begins with the preface; null when it ends before that is known.</summary>
    private static async ValueTask<bool?> BeginsAsync(ConnectionContext connection, TimeSpan patience)
    {
        var input = connection.Transport.Input;
        using var limit = new CancellationTokenSource(patience);
        using var ending = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested.UnsafeRegister(Cancel, input);
        using var ended = limit.Token.UnsafeRegister(Cancel, input);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync();
            }
            catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException)
            {
                return null;
            }

            var fits = Fits(read.Buffer);
            if (fits is not null)
            {
                input.AdvanceTo(read.Buffer.Start);
                return fits;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                return null;
            }
        }
    }

    /// <summary>Whether octets are the preface or not; null while they may become it.</summary>
    private static bool? Fits(ReadOnlySequence<byte> octets)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(octets.Length, Preface.Length);
        octets.Slice(0, length).CopyTo(first);
        return !first[..length].SequenceEqual(Preface[..length]) ? false : length == Preface.Length ? true : null;
    }

    private static void Cancel(object? input) => ((PipeReader)input!).CancelPendingRead();
}
