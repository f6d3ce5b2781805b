using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>The words of errors, and their numbers in gRPC.</summary>
internal static class ErrorMessages
{
    /// <summary>The message of a status when there is no better one.</summary>
    /// <param name="status">The status.</param>
    public static string MessageOf(int status) => status switch
    {
        400 => "Bad request",
        401 => "Unauthorized",
        402 => "Payment required",
        403 => "Forbidden",
        404 => "Not found",
        405 => "Method not allowed",
        406 => "Not acceptable",
        407 => "Proxy authentication required",
        408 => "Request timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length required",
        412 => "Precondition failed",
        413 => "Payload too large",
        414 => "URI too long",
        415 => "Unsupported media type",
        416 => "Range not satisfiable",
        417 => "Expectation failed",
        418 => "I'm a teapot",
        421 => "Misdirected request",
        422 => "Unprocessable entity",
        423 => "Locked",
        424 => "Failed dependency",
        425 => "Too early",
        426 => "Upgrade required",
        428 => "Precondition required",
        429 => "Too many requests",
        431 => "Request header fields too large",
        451 => "Unavailable for legal reasons",
        494 => "Request header or cookie too large",
        500 => "An unexpected error occurred",
        501 => "Not implemented",
        502 => "An invalid response was received from the upstream server",
        503 => "The upstream server is currently unavailable",
        504 => "The upstream server is timing out",
        505 => "HTTP version not supported",
        _ => string.Create(CultureInfo.InvariantCulture, $"The upstream server responded with {status}"),
    };

    /// <summary>gRPC's status for one of HTTP.</summary>
    /// <param name="status">HTTP's.</param>
    public static string GrpcStatus(int status) => status switch
    {
        400 => "3",
        401 => "16",
        403 => "7",
        404 => "5",
        409 => "6",
        429 => "8",
        499 => "1",
        500 => "13",
        501 => "12",
        503 => "14",
        504 => "4",
        >= 400 and < 500 => "3",
        >= 500 and < 600 => "13",
        _ => "2",
    };

    /// <summary>Whether a request is a gRPC call, whose errors travel in headers.</summary>
    /// <param name="exchange">The request.</param>
    public static bool IsGrpcCall(HttpExchange exchange) =>
        exchange.RequestHeaders.ContentType.ToString().StartsWith("application/grpc", StringComparison.Ordinal) && HttpProtocol.IsHttp2(exchange.Http.Request.Protocol);
}
