using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>The forms of errors, chosen by what clients accept.</summary>
internal sealed class ErrorPages
{
    private readonly ErrorPage _json;
    private readonly ErrorPage _plain;
    private readonly ErrorPage _xml;
    private readonly ErrorPage _html;
    private readonly string _defaultType;

    /// <summary>Makes the forms.</summary>
    /// <param name="options">The node's settings, which may give templates.</param>
    public ErrorPages(DataPlaneOptions options)
    {
        _json = ErrorPage.Json(options.ErrorTemplates.GetValueOrDefault("json"));
        _plain = ErrorPage.Plain(options.ErrorTemplates.GetValueOrDefault("plain"));
        _xml = ErrorPage.Xml(options.ErrorTemplates.GetValueOrDefault("xml"));
        _html = ErrorPage.Html(options.ErrorTemplates.GetValueOrDefault("html"));
        _defaultType = options.ErrorDefaultType;
    }

    /// <summary>The form of an error that a plugin or the gateway gives on purpose.</summary>
    /// <param name="exchange">The request.</param>
    public ErrorPage For(HttpExchange exchange) => ErrorMessages.IsGrpcCall(exchange) ? ErrorPage.Grpc : Negotiate(exchange.RequestHeaders.Accept);

    /// <summary>The form of the answer to a request that failed on its way: a client that accepts nothing in particular is told in the type that it sent.</summary>
    /// <param name="exchange">The request.</param>
    public ErrorPage ForFailure(HttpExchange exchange) => ErrorMessages.IsGrpcCall(exchange) ? ErrorPage.Grpc : ForFailure(exchange.RequestHeaders);

    /// <summary>The same for a request of which only headers are known.</summary>
    /// <param name="headers">The headers, as far as they could be read.</param>
    public ErrorPage ForFailure(IHeaderDictionary headers) =>
        Negotiate(headers.Accept.Count > 0 ? headers.Accept : headers.ContentType.Count > 0 ? headers.ContentType : _defaultType);

    /// <summary>The form for an <c>Accept</c> header: the known type of the highest quality, the first among equals, JSON otherwise.</summary>
    /// <param name="accept">The header, or null.</param>
    public ErrorPage Negotiate(string? accept)
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

    private ErrorPage? OfType(string type) => type switch
    {
        "application/json" or "application/*" or "*/*" => _json,
        "text/plain" or "text/*" => _plain,
        "text/html" => _html,
        "application/xml" => _xml,
        "application/grpc" => ErrorPage.Grpc,
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
