using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>The form of an error, chosen by what the client accepts.</summary>
/// <param name="ContentType">The content type.</param>
/// <param name="Template">The body, with <c>{0}</c> for the message and <c>{1}</c> for the request's id; empty for none.</param>
internal sealed record ErrorPage(string? ContentType, string Template)
{
    private static readonly ErrorPage _json = new("application/json; charset=utf-8", "{{\n  \"message\":\"{0}\",\n  \"request_id\":\"{1}\"\n}}");
    private static readonly ErrorPage _plain = new("text/plain; charset=utf-8", "{0}\nrequest_id: {1}\n");
    private static readonly ErrorPage _xml = new(
        "application/xml; charset=utf-8", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error>\n  <message>{0}</message>\n  <requestid>{1}</requestid>\n</error>\n");

    private static readonly ErrorPage _html = new(
        "text/html; charset=utf-8",
        "<!doctype html>\n<html>\n  <head>\n    <meta charset=\"utf-8\">\n    <title>Error</title>\n  </head>\n  <body>\n    <h1>Error</h1>\n    <p>{0}.</p>\n    <p>request_id: {1}</p>\n  </body>\n</html>\n");

    private static readonly ErrorPage _grpc = new(string.Empty, string.Empty);

    /// <summary>Whether a request is a gRPC call, whose errors travel in headers.</summary>
    /// <param name="exchange">The request.</param>
    public static bool IsGrpcCall(HttpExchange exchange) =>
        exchange.RequestHeaders.ContentType.ToString().StartsWith("application/grpc", StringComparison.Ordinal) && HttpProtocol.IsHttp2(exchange.Http.Request.Protocol);

    /// <summary>The form of an error that a plugin or the gateway gives on purpose.</summary>
    /// <param name="exchange">The request.</param>
    public static ErrorPage For(HttpExchange exchange) => IsGrpcCall(exchange) ? _grpc : Negotiate(exchange.RequestHeaders.Accept);

    /// <summary>The form for an <c>Accept</c> header: the known type of the highest quality, the first among equals, JSON otherwise.</summary>
    /// <param name="accept">The header, or null.</param>
    public static ErrorPage Negotiate(string? accept)
    {
        var best = _json;
        var highest = 0d;
        foreach (var range in (accept ?? string.Empty).Split(','))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            if (OfType(parts[0]) is { } page && Quality(parts) is var quality && quality > highest)
            {
                (best, highest) = (page, quality);
            }
        }

        return best;
    }

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

    /// <summary>The body.</summary>
    /// <param name="message">The message.</param>
    /// <param name="requestId">The request's id.</param>
    public byte[] Body(string message, string requestId)
    {
        var safe = ReferenceEquals(this, _json) ? JsonEncodedText.Encode(message, Wire.Options.Encoder).ToString()
            : ReferenceEquals(this, _plain) ? message
            : WebUtility.HtmlEncode(message);
        return Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, Template, safe, requestId));
    }

    private static ErrorPage? OfType(string type) => type switch
    {
        "application/json" or "application/*" or "*/*" => _json,
        "text/plain" or "text/*" => _plain,
        "text/html" => _html,
        "application/xml" => _xml,
        "application/grpc" => _grpc,
        _ => null,
    };

    private static double Quality(string[] parts)
    {
        foreach (var part in parts.AsSpan(1))
        {
            if (part.StartsWith("q=", StringComparison.Ordinal))
            {
                return double.TryParse(part.AsSpan(2), NumberStyles.Float, CultureInfo.InvariantCulture, out var quality) ? quality : 0;
            }
        }

        return 1;
    }
}
