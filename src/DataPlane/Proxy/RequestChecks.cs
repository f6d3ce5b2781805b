using System.Buffers;

namespace Gateway.DataPlane.Proxy;

/// <summary>Refuses requests that no route may see.</summary>
internal static class RequestChecks
{
    private static readonly SearchValues<char> _methodLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ_-");

    /// <summary>The status with which a request is refused, or null.</summary>
    /// <param name="exchange">The request.</param>
    public static int? Refuse(HttpExchange exchange)
    {
        if (exchange.Method is "TRACE" or "CONNECT")
        {
            return 405;
        }

        return !IsMethod(exchange.Method) || IsSmuggled(exchange) || !IsPath(exchange.RawPath) ? 400 : null;
    }

    /// <summary>Methods are told apart by case; one that is not in capitals would pass rules that are written for those that are.</summary>
    private static bool IsMethod(string method) => !method.AsSpan().ContainsAnyExcept(_methodLetters);

    /// <summary>A body with two lengths is read differently by different servers. Kestrel takes the chunks and renames the other length.</summary>
    private static bool IsSmuggled(HttpExchange exchange) =>
        exchange.RequestHeaders.TransferEncoding.Count > 0 && exchange.RequestHeaders.ContainsKey("X-Content-Length");

    private static bool IsPath(string path)
    {
        if (!path.StartsWith('/'))
        {
            return false;
        }

        var percent = path.IndexOf('%', StringComparison.Ordinal);
        for (var i = percent; i >= 0; i = path.IndexOf('%', i + 1))
        {
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
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
