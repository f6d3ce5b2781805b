using System.Diagnostics;
using Gateway.PluginSdk;

namespace Gateway.DataPlane.Proxy;

/// <summary>Sends the gateway's own answers.</summary>
/// <param name="options">The node's settings.</param>
/// <param name="pages">The forms of errors.</param>
internal sealed class Responder(DataPlaneOptions options, ErrorPages pages)
{
    /// <summary>Sends the answer that someone gave to the request.</summary>
    /// <param name="exchange">The request.</param>
    public Task SendAsync(HttpExchange exchange)
    {
        switch (exchange.Answer)
        {
            case Answer.Content content:
                return SendAsync(exchange, content.Status, content.Body, content.ContentType, proxied: false);
            case Answer.Error error:
                return SendErrorAsync(exchange, error.Status, error.Message ?? ErrorMessages.MessageOf(error.Status), pages.For(exchange), proxied: false);
            default:
                throw new UnreachableException("There is no answer to send.");
        }
    }

    /// <summary>Sends an upstream's answer that was held until it was whole.</summary>
    /// <param name="exchange">The request; its response headers are the answer's.</param>
    /// <param name="answer">The answer.</param>
    public async Task SendAsync(HttpExchange exchange, UpstreamAnswer answer)
    {
        var response = exchange.Http.Response;
        response.StatusCode = answer.Status;
        var hasBody = exchange.Http.Request.Method is not "HEAD" && answer.Status is >= 200 and not (204 or 205 or 304);
        if (hasBody)
        {
            response.ContentLength = answer.Body.Length;
        }

        exchange.FilterHeaders();
        ResponseHeaders.AddProxied(exchange, options, exchange.UpstreamAnswered);
        if (hasBody && answer.Body.Length > 0)
        {
            await response.Body.WriteAsync(answer.Body, exchange.Aborted);
        }
    }

    /// <summary>Sends the answer of a request that failed on its way, rather than in a plugin.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="status">The status.</param>
    public Task SendFailureAsync(HttpExchange exchange, int status) =>
        SendErrorAsync(exchange, status, ErrorMessages.MessageOf(status), pages.ForFailure(exchange), proxied: exchange.HandedOver is not 0);

    private Task SendErrorAsync(HttpExchange exchange, int status, string message, ErrorPage page, bool proxied)
    {
        if (ErrorMessages.IsGrpcCall(exchange))
        {
            exchange.ResponseHeaders["grpc-status"] = ErrorMessages.GrpcStatus(status);
            exchange.ResponseHeaders["grpc-message"] = message;
        }

        return SendAsync(exchange, status, page.Body(message, exchange.RequestId), ErrorMessages.IsGrpcCall(exchange) ? "application/grpc" : page.ContentType, proxied);
    }

    private async Task SendAsync(HttpExchange exchange, int status, ReadOnlyMemory<byte> body, string? contentType, bool proxied)
    {
        var response = exchange.Http.Response;
        response.StatusCode = status;
        response.ContentType = ResponseHeaders.WithCharset(contentType);
        if (status is >= 200 and not (204 or 304))
        {
            response.ContentLength = body.Length;
        }

        if (exchange.RequestHeaders.Expect.Count > 0 && exchange.IsBodyUnread)
        {
            // The client may send the body now or not (RFC 9110, 10.1.1): what comes next on the connection could be either.
            response.Headers.Connection = "close";
        }

        exchange.FilterHeaders();
        if (proxied)
        {
            ResponseHeaders.AddProxied(exchange, options, Stopwatch.GetTimestamp());
        }
        else
        {
            ResponseHeaders.AddOwn(exchange, options);
        }

        if (body.Length > 0 && exchange.Http.Request.Method is not "HEAD" && status is >= 200 and not (204 or 304))
        {
            await response.Body.WriteAsync(body, exchange.Aborted);
        }
    }
}
