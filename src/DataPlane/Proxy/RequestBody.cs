using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Http1;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>The body of a request on its way to an upstream.</summary>
/// <param name="exchange">The request.</param>
/// <param name="length">Its length; null sends it in chunks.</param>
/// <param name="gathered">The body, where it was gathered before; null sends it as it comes.</param>
internal sealed class RequestBody(HttpExchange exchange, long? length, GatheredBody? gathered)
{
    /// <summary>The status that the client deserves for it; 0 when nothing is wrong.</summary>
    public int Status { get; private set; }

    /// <summary>Its length; null sends it in chunks.</summary>
    public long? Length => length;

    /// <summary>The body of a request, or null when it has none.</summary>
    /// <param name="exchange">The request.</param>
    public static RequestBody? Of(HttpExchange exchange) =>
        exchange.Gathered is { } gathered ? new RequestBody(exchange, gathered.Length, gathered)
        : exchange.HasBody ? new RequestBody(exchange, exchange.RequestHeaders.ContentLength, gathered: null)
        : null;

    /// <summary>Puts it behind the head, when all of it is there and small.</summary>
    /// <param name="output">What holds the head.</param>
    /// <returns>Whether it stands there.</returns>
    public bool TryWriteTo(RequestOutput output)
    {
        if (gathered?.IsSmall(output) is not true)
        {
            return false;
        }

        gathered.WriteTo(output);
        return true;
    }

    /// <summary>Sends it, with what the connection's output holds before it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="service">Where it goes.</param>
    /// <returns>Whether the upstream has all of it. What went wrong on the client's side has ended the connection; after what went wrong on the upstream's, its answer may be there.</returns>
    public async Task<bool> SendAsync(Http1Connection connection, ServicePlan service)
    {
        try
        {
            var isSent = await CopyAsync(connection, service);
            connection.IsSending = false;
            connection.Limits.BeginRead(service.ReadTimeout);
            return isSent;
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            connection.IsSending = false;
            return false;
        }
        catch
        {
            // A bug, such as a plugin's: whoever waits for the answer must hear of it.
            connection.Abort(Http1Failure.ClientBody);
            throw;
        }
    }

    /// <summary>Makes <see cref="SendAsync"/> end soon.</summary>
    public void Stop()
    {
        if (gathered is null)
        {
            exchange.Http.Request.BodyReader.CancelPendingRead();
        }
    }

    private async ValueTask<bool> CopyAsync(Http1Connection connection, ServicePlan service)
    {
        if (gathered is not null)
        {
            await gathered.SendAsync(connection, service.WriteTimeout);
            return true;
        }

        var reader = exchange.Http.Request.BodyReader;
        var left = length;
        while (true)
        {
            var reading = reader.ReadAsync();
            if (!reading.IsCompleted)
            {
                // What the upstream can begin with need not wait for the client.
                await connection.FlushAsync(service.WriteTimeout);
            }

            if (await ReadAsync(reading, connection, service.ReadTimeout) is not { } read)
            {
                return false;
            }

            if (read.IsCanceled)
            {
                reader.AdvanceTo(read.Buffer.Start);
                return false;
            }

            left -= read.Buffer.Length;
            if (left < 0)
            {
                throw new InvalidOperationException("The body is longer than its Content-Length.");
            }

            try
            {
                foreach (var piece in read.Buffer)
                {
                    await WriteAsync(connection, piece, service.WriteTimeout);
                }
            }
            finally
            {
                // However this ends, the rest is read from here: the server looks for the next request behind it.
                reader.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted)
            {
                break;
            }

            await connection.FlushAsync(service.WriteTimeout);
        }

        if (left > 0)
        {
            throw new InvalidOperationException("The body is shorter than its Content-Length.");
        }

        if (length is null)
        {
            connection.Output.Bytes("0\r\n\r\n"u8);
        }

        await connection.FlushAsync(service.WriteTimeout);
        return true;
    }

    private async ValueTask<ReadResult?> ReadAsync(ValueTask<ReadResult> reading, Http1Connection connection, TimeSpan limit)
    {
        connection.Limits.BeginClient(limit);
        try
        {
            return await reading;
        }
        catch (BadHttpRequestException e)
        {
            Status = e.StatusCode;
            connection.Abort(Http1Failure.ClientBody);
        }
        catch (IOException e) when (e.InnerException is OverflowException)
        {
            // So Kestrel tells of a chunk whose size is no number of 32 bits.
            Status = StatusCodes.Status400BadRequest;
            connection.Abort(Http1Failure.ClientBody);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            connection.Abort(Http1Failure.ClientGone);
        }
        finally
        {
            connection.Limits.EndClient();
        }

        return null;
    }

    private async ValueTask WriteAsync(Http1Connection connection, ReadOnlyMemory<byte> piece, TimeSpan limit)
    {
        if (piece.IsEmpty)
        {
            return;
        }

        if (length is null)
        {
            connection.Output.ChunkSize(piece.Length);
        }

        if (connection.Output.Takes(piece.Length))
        {
            connection.Output.Bytes(piece.Span);
        }
        else
        {
            await connection.FlushAsync(limit);
            await connection.SendAsync(piece, limit);
        }

        if (length is null)
        {
            connection.Output.Bytes("\r\n"u8);
        }
    }
}
