using System.Diagnostics;
using System.Net.Sockets;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Http1;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Gateway.DataPlane.Proxy;

/// <summary>Forwards through our own HTTP/1.1 client: everything but HTTP/2, gRPC and upgrades.</summary>
/// <param name="options">The node's settings.</param>
/// <param name="files">Where answers for slow clients are held.</param>
internal sealed class ForwarderHttp1(DataPlaneOptions options, NamelessFiles files)
{
    // Announcements such as 103 are few; more of them are no answer.
    private const int MaxInterim = 32;

    /// <summary>Tries a peer once.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="service">Where it goes.</param>
    /// <param name="peer">The peer.</param>
    public async ValueTask<TryResult> TryAsync(HttpExchange exchange, ServicePlan service, Peer peer)
    {
        var host = UpstreamHeaders.Host(exchange, service, peer);
        var pool = service.Http1!.Of(peer, service.Tls ? ServerName(host, peer) : null);
        var gone = Gone(exchange.Http);
        while (pool.TryTake() is { } kept)
        {
            var result = await ExchangeAsync(exchange, service, host, pool, kept, gone);
            if (result is not TryResult.Broken || kept.HasReceived)
            {
                return result;
            }

            // Nothing of the request is out: another connection may take it, whatever its method.
            if (!kept.HasSent)
            {
                continue;
            }

            // The upstream may have closed the connection at the very moment at which it was used: that says nothing about the upstream.
            if (!exchange.IsRepeatable)
            {
                return result;
            }

            break;
        }

        var (connection, failure) = await pool.ConnectAsync(gone);
        return connection is null ? Result(failure) : await ExchangeAsync(exchange, service, host, pool, connection, gone);
    }

    private async ValueTask<TryResult> ExchangeAsync(HttpExchange exchange, ServicePlan service, string host, Http1Pool pool, Http1Connection connection, CancellationToken gone)
    {
        var result = TryResult.Broken;

        // Until the answer comes, other requests have driven the service out of the processor's caches.
        var readTimeout = service.ReadTimeout;
        var (hasAnswer, isReusable) = (false, false);
        var body = RequestBody.Of(exchange);
        Task<bool>? sending = null;
        var registration = gone.UnsafeRegister(static state => ((Http1Connection)state!).Abort(Http1Failure.ClientGone), connection);
        try
        {
            WriteHead(exchange, host, pool, connection.Output, body);
            if (connection.Requests > 0 && connection.IsStale)
            {
                // What has arrived before the request is no answer to it.
                return TryResult.Broken;
            }

            if (body is null || body.TryWriteTo(connection.Output))
            {
                await connection.FlushAsync(service.WriteTimeout);
            }
            else
            {
                connection.IsSending = true;
                sending = body.SendAsync(connection, service);
            }

            result = await ReadHeadAsync(connection, readTimeout, pool.Values);
            if (result is TryResult.Answered)
            {
                hasAnswer = true;
                exchange.Files = files;
                BeginAnswer(exchange, connection.Head);
                var hasNoBody = connection.Head.HasNoBody(exchange.Method);
                result = hasNoBody || connection.Head.Status is 205 ? TryResult.Answered : await AnswerBody.PassAsync(exchange, connection, readTimeout);
                isReusable = result is TryResult.Answered && connection.Head.KeepsAlive && (hasNoBody || (connection.Head.Status is not 205 && IsDelimited(connection.Head)))
                    && (sending is null || (sending.IsCompletedSuccessfully && sending.Result));
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            result = hasAnswer ? TryResult.BrokenOff : TryResult.Broken;
        }
        catch when (exchange.Spool is not null)
        {
            await exchange.Spool.EndAsync();
            throw;
        }
        finally
        {
            registration.Dispose();
            if (!isReusable || connection.Failure is not Http1Failure.None)
            {
                // Also ends the sending of a body for which nobody waits any more.
                connection.Dispose();
            }

            if (sending is { IsCompleted: false })
            {
                body!.Stop();
                await sending;
            }

            if (isReusable && connection.Failure is Http1Failure.None)
            {
                connection.Limits.EndRead();
                pool.Return(connection);
            }
        }

        if (exchange.Spool is { } spool)
        {
            // The upstream is free; the client is not through yet.
            using (spool)
            {
                result = await spool.EndAsync() ? result : TryResult.ClientGone;
                exchange.Spool = null;
            }
        }

        if (sending is { IsFaulted: true })
        {
            await sending;
        }

        return Judge(exchange, result, connection.Failure, body, hasAnswer);
    }

    private static TryResult Judge(HttpExchange exchange, TryResult result, Http1Failure failure, RequestBody? body, bool hasAnswer)
    {
        if (result is TryResult.Answered)
        {
            return result;
        }

        if (hasAnswer)
        {
            if (exchange.Held is null)
            {
                // The client must not take a part for the whole.
                exchange.Http.Abort();
            }

            return failure is Http1Failure.ClientGone ? TryResult.ClientGone : TryResult.BrokenOff;
        }

        return failure switch
        {
            Http1Failure.None => result,
            Http1Failure.ClientBody => TryResults.OfBody(body?.Status ?? 400),
            _ => Result(failure),
        };
    }

    private static TryResult Result(Http1Failure failure) => failure switch
    {
        Http1Failure.ClientGone => TryResult.ClientGone,
        Http1Failure.ClientTooSlow => TryResult.ClientTooSlow,
        Http1Failure.ConnectTimeout => TryResult.ConnectTimedOut,
        Http1Failure.NotConnected => TryResult.NotConnected,
        Http1Failure.ReadTimeout or Http1Failure.WriteTimeout => TryResult.TimedOut,
        _ => TryResult.Invalid,
    };

    private static async ValueTask<TryResult> ReadHeadAsync(Http1Connection connection, TimeSpan limit, HeaderValues values)
    {
        for (var interim = 0; interim < MaxInterim; interim++)
        {
            var (scanned, length) = (0, 0);
            while ((length = ResponseHeadParser.LengthOf(connection.Received.Span, ref scanned)) is 0)
            {
                if (connection.Received.Length >= ResponseHeadParser.MaxLength)
                {
                    return TryResult.Invalid;
                }

                if (!await connection.ReceiveMoreAsync(limit))
                {
                    return TryResult.Broken;
                }
            }

            if (!ResponseHeadParser.TryParse(connection.Received.Span[..length], connection.Head, values))
            {
                return TryResult.Invalid;
            }

            connection.Consume(length);
            if (!connection.Head.IsInterim)
            {
                return TryResult.Answered;
            }

            if (connection.Head.Status is 101)
            {
                // Nobody asked for another protocol.
                return TryResult.Invalid;
            }
        }

        return TryResult.Invalid;
    }

    private void WriteHead(HttpExchange exchange, string host, Http1Pool pool, RequestOutput output, RequestBody? body)
    {
        output.Clear();
        output.RequestLine(exchange.Method, Routing.RequestPath.Escape(exchange.UpstreamPath), exchange.Query);
        output.Header("Host", host);
        output.Bytes(pool.KeepsAlive ? "Connection: keep-alive\r\n"u8 : "Connection: close\r\n"u8);
        foreach (var (name, values) in exchange.RequestHeaders)
        {
            if (ForwardedHeaders.StaysHere(name) || (body is not null && name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            if (values.Count is 1)
            {
                output.Header(name, values.ToString());
                continue;
            }

            foreach (var value in values)
            {
                output.Header(name, value);
            }
        }

        UpstreamHeaders.Write(exchange, options, new Sink(output));
        if (body is { Length: { } length })
        {
            output.Header("Content-Length", length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        else if (body is not null)
        {
            output.Bytes("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (exchange.RequestHeaders.ContentLength is null && exchange.Method is not ("GET" or "HEAD" or "OPTIONS" or "DELETE"))
        {
            output.Bytes("Content-Length: 0\r\n"u8);
        }

        output.Bytes("\r\n"u8);
    }

    private void BeginAnswer(HttpExchange exchange, ResponseHead head)
    {
        var now = Stopwatch.GetTimestamp();
        var response = exchange.Http.Response;
        exchange.UpstreamStatus = head.Status;
        exchange.UpstreamAnswered = now;
        response.StatusCode = head.Status;
        CopyHeaders(head, response.Headers);
        if (exchange.Held is null)
        {
            exchange.FilterHeaders();
            ResponseHeaders.AddProxied(exchange, options, now);
            if (head.Reason is { } reason && response.StatusCode == head.Status)
            {
                exchange.Http.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = reason;
            }
        }
    }

    private static void CopyHeaders(ResponseHead head, IHeaderDictionary headers)
    {
        foreach (var (index, name, value) in head.Headers)
        {
            if (index >= 0 ? !ForwardedHeaders.StaysBehind(index) : !ForwardedHeaders.StaysBehind(name))
            {
                headers[name] = headers.TryGetValue(name, out var own) ? StringValues.Concat(own, value) : value;
            }
        }

        if (head is { ContentLength: >= 0, Status: not (204 or 205) })
        {
            headers.ContentLength = head.ContentLength;
        }

        if (headers.ContentType is [{ } type] && ResponseHeaders.WithCharset(type) is { } told && !ReferenceEquals(told, type))
        {
            headers.ContentType = told;
        }

        if (head.Connection is not null)
        {
            foreach (var name in ForwardedHeaders.NamedByConnection(head.Connection) ?? [])
            {
                headers.Remove(name);
            }
        }
    }

    /// <summary>Whether the end of the body can be told from a connection that broke.</summary>
    private static bool IsDelimited(ResponseHead head) => head.IsChunked || head.ContentLength >= 0;

    private static string ServerName(string host, Peer peer)
    {
        if (ReferenceEquals(host, peer.HttpsHost))
        {
            return peer.ServerName;
        }

        var colon = host.LastIndexOf(':');
        return (colon > host.LastIndexOf(']') ? host[..colon] : host).Trim('[', ']');
    }

    /// <summary>Fires when the client goes away. Of HTTP/1.x that is the connection's own token: the request's would have to be made for each request.</summary>
    private static CancellationToken Gone(HttpContext http) =>
        HttpProtocol.IsHttp2(http.Request.Protocol) ? http.RequestAborted : http.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed ?? http.RequestAborted;

    private readonly struct Sink(RequestOutput output) : IHeaderSink
    {
        public void Add(string name, string value) => output.Header(name, value);
    }
}
