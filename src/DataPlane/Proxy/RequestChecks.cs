using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>Refuses requests that no route may see, because servers read them differently; nginx refuses them too.</summary>
internal static class RequestChecks
{
    private static readonly SearchValues<char> _methodLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ_-");

    private static readonly SearchValues<char> _controls = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '\u007f']);

    /// <summary>The status with which a request is refused, or null.</summary>
    /// <param name="exchange">The request; when it is not refused, it no longer has what its client may not claim.</param>
    /// <param name="maxBody">The largest body that is taken, in bytes; null is any.</param>
    public static int? Refuse(HttpExchange exchange, long? maxBody)
    {
        if (exchange.Method is "TRACE" or "CONNECT")
        {
            return 405;
        }

        if (exchange.Http.Request.ContentLength > maxBody)
        {
            return 413;
        }

        return !IsMethod(exchange.Method) || IsSmuggled(exchange) || !IsHost(exchange) || !IsVisible(exchange.Query) || !IsPath(exchange.RawPath) ? 400
            : HasUnknownCoding(exchange.RequestHeaders) ? 501
            : RequestClaims.TryDrop(exchange.RequestHeaders, exchange.Origin.IsTrusted) ? null : 400;
    }

    /// <summary>Whether the body comes in a coding that nobody here decodes; chunks are all that is.</summary>
    /// <param name="headers">The request's headers.</param>
    public static bool HasUnknownCoding(IHeaderDictionary headers) =>
        headers.TransferEncoding is { Count: > 0 } coding && !string.Equals(coding, "chunked", StringComparison.OrdinalIgnoreCase);

    /// <summary>Methods are told apart by case; one that is not in capitals would pass rules that are written for those that are.</summary>
    private static bool IsMethod(string method) => !method.AsSpan().ContainsAnyExcept(_methodLetters);

    /// <summary>
    /// A body with two lengths is read differently by different servers, and so are chunks where the protocol knows none and codings on two lines.
    /// Kestrel takes the chunks and renames the other length.
    /// </summary>
    private static bool IsSmuggled(HttpExchange exchange) =>
        exchange.RequestHeaders.TransferEncoding.Count is var codings and > 0
        && (codings > 1 || HttpProtocol.IsHttp10(exchange.Http.Request.Protocol) || exchange.RequestHeaders.ContainsKey("X-Content-Length"));

    /// <summary>HTTP/1.0 alone may name no host; a host never names a user, as it would in an absolute target.</summary>
    private static bool IsHost(HttpExchange exchange)
    {
        var host = exchange.RequestHeaders.Host;
        return host.Count is 0 ? HttpProtocol.IsHttp10(exchange.Http.Request.Protocol)
            : host is [{ Length: > 0 } name] && !name.Contains("..", StringComparison.Ordinal) && !name.Contains('@', StringComparison.Ordinal);
    }

    private static bool IsVisible(string? text) => !text.AsSpan().ContainsAny(_controls);

    private static bool IsPath(string path)
    {
        if (!path.StartsWith('/') || !IsVisible(path))
        {
            return false;
        }

        var percent = path.IndexOf('%', StringComparison.Ordinal);
        for (var i = percent; i >= 0; i = path.IndexOf('%', i + 1))
        {
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]) || path.AsSpan(i + 1, 2) is "00")
            {
                return false;
            }
        }

        return (percent < 0 && !path.Contains("/..", StringComparison.Ordinal)) || !LeavesTheRoot(percent < 0 ? path : Uri.UnescapeDataString(path));
    }

    private static bool LeavesTheRoot(ReadOnlySpan<char> path)
    {
        var depth = 0;
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            depth += segment is "" or "." ? 0 : segment is ".." ? -1 : 1;
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }
}
