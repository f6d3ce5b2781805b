using System.Buffers;
using System.IO.Pipelines;
using Gateway.DataPlane.Upstreams.Http1;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.DataPlane.Proxy;

/// <summary>Passes the body of an upstream's answer on to the client, as it comes.</summary>
internal static class AnswerBody
{
    /// <summary>Passes it on.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="connection">The connection, on which the head was read.</param>
    /// <param name="limit">How long the upstream may send nothing.</param>
    /// <returns>How it ended.</returns>
    public static ValueTask<TryResult> PassAsync(HttpExchange exchange, Http1Connection connection, TimeSpan limit)
    {
        var head = connection.Head;
        return head.IsChunked ? PassChunksAsync(exchange, connection, limit)
            : head.ContentLength >= 0 ? PassLengthAsync(exchange, connection, head.ContentLength, limit)
            : PassToTheEndAsync(exchange, connection, limit);
    }

    private static async ValueTask<TryResult> PassLengthAsync(HttpExchange exchange, Http1Connection connection, long length, TimeSpan limit)
    {
        var writer = exchange.Http.Response.BodyWriter;
        while (true)
        {
            var piece = connection.Received;
            piece = piece.Length > length ? piece[..(int)length] : piece;
            if (piece.IsEmpty)
            {
                // The head goes out while the body is not there yet.
                await exchange.Http.Response.StartAsync();
            }

            length -= piece.Length;
            var passing = Pass(exchange, writer, piece);
            var isTaken = passing.IsCompletedSuccessfully ? passing.Result : await passing;
            connection.Consume(piece.Length);
            if (length is 0)
            {
                return TryResult.Answered;
            }

            if (!isTaken)
            {
                return TryResult.ClientGone;
            }

            ReadAhead(exchange, connection);
            if (!await connection.ReceiveMoreAsync(limit))
            {
                return TryResult.BrokenOff;
            }
        }
    }

    /// <summary>An answer without a length ends with its connection, which a broken connection looks like too: HTTP/1.0 knows no better.</summary>
    private static async ValueTask<TryResult> PassToTheEndAsync(HttpExchange exchange, Http1Connection connection, TimeSpan limit)
    {
        await exchange.Http.Response.StartAsync();
        while (true)
        {
            var isTaken = await Pass(exchange, exchange.Http.Response.BodyWriter, connection.Received);
            connection.Consume(connection.Received.Length);
            if (!isTaken)
            {
                return TryResult.ClientGone;
            }

            ReadAhead(exchange, connection);
            if (!await connection.ReceiveMoreAsync(limit))
            {
                return TryResult.Answered;
            }
        }
    }

    private static async ValueTask<TryResult> PassChunksAsync(HttpExchange exchange, Http1Connection connection, TimeSpan limit)
    {
        await exchange.Http.Response.StartAsync();
        var writer = exchange.Http.Response.BodyWriter;
        var chunks = default(ChunkedDecoder);
        while (true)
        {
            while (true)
            {
                if (!chunks.TryRead(connection.Received.Span, out var consumed, out var offset, out var length))
                {
                    return TryResult.BrokenOff;
                }

                if (exchange.Spool is not null)
                {
                    await Pass(exchange, writer, connection.Received.Slice(offset, length));
                }
                else
                {
                    writer.Write(connection.Received.Span.Slice(offset, length));
                }

                connection.Consume(consumed);
                if (length is 0)
                {
                    break;
                }
            }

            if (chunks.IsFinished)
            {
                PassTrailers(exchange.Http, chunks.Trailers);
                return TryResult.Answered;
            }

            if (!await Pass(exchange, writer, ReadOnlyMemory<byte>.Empty))
            {
                return TryResult.ClientGone;
            }

            ReadAhead(exchange, connection);
            if (!await connection.ReceiveMoreAsync(limit))
            {
                return TryResult.BrokenOff;
            }
        }
    }

    /// <summary>Passes a piece on to the client, or to the file of a client that is slow.</summary>
    /// <returns>Whether the client is still there.</returns>
    private static ValueTask<bool> Pass(HttpExchange exchange, PipeWriter writer, ReadOnlyMemory<byte> piece)
    {
        if (exchange.Spool is { } spool)
        {
            return spool.TakeAsync(piece);
        }

        var flushing = piece.IsEmpty ? writer.FlushAsync() : writer.WriteAsync(piece);
        return flushing.IsCompletedSuccessfully ? new(!flushing.Result.IsCompleted) : SlowClient.WaitAsync(exchange, writer, flushing);
    }

    /// <summary>Takes a large body in larger pieces, where the route lets the upstream run ahead of a slow client (<c>response_buffering</c>).</summary>
    private static void ReadAhead(HttpExchange exchange, Http1Connection connection)
    {
        if (exchange.RoutePlan!.ReadsAhead)
        {
            connection.Large();
        }
    }

    private static void PassTrailers(HttpContext http, List<ResponseHeader>? trailers)
    {
        if (trailers is not null && http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } taken)
        {
            foreach (var trailer in trailers)
            {
                if (trailer.Index is not (KnownHeaders.ContentLength or KnownHeaders.TransferEncoding or KnownHeaders.Connection) && !ForwardedHeaders.StaysBehind(trailer.Name))
                {
                    taken.Append(trailer.Name, trailer.Value);
                }
            }
        }
    }
}
