using Gateway.Entities;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.DataPlane.Proxy;

/// <summary>Answers requests that come over another protocol than their route takes.</summary>
internal static class ProtocolChecks
{
    /// <summary>Answers if the protocol does not fit.</summary>
    /// <param name="exchange">The request, whose route is known.</param>
    /// <returns>Whether it was answered.</returns>
    public static bool Answer(HttpExchange exchange)
    {
        var plan = exchange.RoutePlan!;
        if (plan.NeedsTls && !IsTls(exchange))
        {
            SendToTls(exchange, plan.Route);
        }
        else if (plan.IsGrpc)
        {
            AnswerGrpc(exchange, plan.NeedsGrpcTls && !IsTls(exchange));
        }

        return exchange.Answer is not null;
    }

    private static bool IsTls(HttpExchange exchange) => exchange.Origin.Scheme(exchange.Http.Request).Equals("https", StringComparison.OrdinalIgnoreCase);

    private static void SendToTls(HttpExchange exchange, Route route)
    {
        if (route.HttpsRedirectStatusCode is 426)
        {
            exchange.ResponseHeaders.Connection = "Upgrade";
            exchange.ResponseHeaders.Upgrade = "TLS/1.2, HTTP/1.1";
            exchange.Error(426, "Please use HTTPS protocol");
            return;
        }

        // The raw target, so that the client repeats exactly what it asked for.
        var query = exchange.Query is null ? string.Empty : "?" + exchange.Query;
        exchange.ResponseHeaders.Location = $"https://{exchange.Origin.Host(exchange.Http.Request)}{exchange.RawPath}{query}";
        exchange.Exit(route.HttpsRedirectStatusCode, ReadOnlyMemory<byte>.Empty, null);
    }

    private static void AnswerGrpc(HttpExchange exchange, bool lacksTls)
    {
        var request = exchange.Http.Request;
        if (request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) is not true)
        {
            exchange.Error(415, "Non-gRPC request matched gRPC route");
        }
        else if (!HttpProtocol.IsHttp2(request.Protocol))
        {
            exchange.ResponseHeaders.Connection = "Upgrade";
            exchange.ResponseHeaders.Upgrade = "HTTP/2";
            exchange.Error(426, "Please use HTTP2 protocol");
        }
        else if (lacksTls)
        {
            exchange.ResponseHeaders[HeaderNames.GrpcStatus] = "1";
            exchange.ResponseHeaders[HeaderNames.GrpcMessage] = "gRPC request matched gRPCs route";
            exchange.Exit(200, ReadOnlyMemory<byte>.Empty, "application/grpc");
        }
    }
}
