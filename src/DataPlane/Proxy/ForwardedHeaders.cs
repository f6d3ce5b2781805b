using System.Collections.Frozen;
using Gateway.DataPlane.Upstreams.Http1;
using Gateway.Hosting;
using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.DataPlane.Proxy;

/// <summary>Which headers pass, and the values of those that the gateway writes itself.</summary>
internal static class ForwardedHeaders
{
    private static readonly FrozenSet<string> _requests = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        [
            "Host", "Connection", "Keep-Alive", "Proxy", "Proxy-Connection", "TE", "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Expect", "Via", "X-Real-IP",
            "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Path", "X-Forwarded-Prefix", "X-Kong-Request-Id",
        ]);

    private static readonly FrozenSet<string> _answers = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        [
            "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade", "Trailer",
            "X-Accel-Buffering", "X-Accel-Charset", "X-Accel-Expires", "X-Accel-Limit-Rate", "X-Accel-Redirect", "X-Pad",
        ]);

    private static readonly bool[] _knownAnswers = [.. KnownHeaders.Names.Select(StaysBehind)];

    /// <summary>Whether a client's header is not copied: it belongs to the connection, or the gateway writes it.</summary>
    /// <param name="name">The header.</param>
    public static bool StaysHere(string name) => _requests.Contains(name) || name.StartsWith(':');

    /// <summary>Whether an upstream's header is not copied: it belongs to the connection, or speaks to the proxy.</summary>
    /// <param name="name">The header.</param>
    public static bool StaysBehind(string name) => _answers.Contains(name);

    /// <summary>The same for those of <see cref="KnownHeaders"/>, by their index.</summary>
    /// <param name="index">The index.</param>
    public static bool StaysBehind(int index) => _knownAnswers[index];

    /// <summary>The headers that a Connection header names, which end here; null when there are none.</summary>
    /// <param name="connection">The Connection header.</param>
    public static HashSet<string>? NamedByConnection(StringValues connection)
    {
        if (connection.Count is 0 || (connection.Count is 1 && IsOption(connection.ToString())))
        {
            return null;
        }

        var names = string.Join(',', (IEnumerable<string?>)connection).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Where(n => !IsOption(n)).ToHashSet(StringComparer.OrdinalIgnoreCase) is { Count: > 0 } set ? set : null;
    }

    /// <summary>Takes away what a client's Connection header names, before a plugin writes: what plugins write is not the client's to remove.</summary>
    /// <param name="headers">The request's headers.</param>
    public static void DropNamed(IHeaderDictionary headers)
    {
        foreach (var name in NamedByConnection(headers.Connection) ?? [])
        {
            if (!StaysHere(name) && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                headers.Remove(name);
            }
        }
    }

    /// <summary>The Via header that goes upstream.</summary>
    /// <param name="via">The client's.</param>
    /// <param name="protocol">The protocol of the client's request.</param>
    public static string Via(StringValues via, string protocol)
    {
        var own = HttpProtocol.IsHttp11(protocol) ? "1.1 " + Product.ServerToken : HttpProtocol.IsHttp2(protocol) ? "2 " + Product.ServerToken : "1 " + Product.ServerToken;
        return via.Count is 0 ? own : string.Concat(via.ToString(), ", ", own);
    }

    /// <summary>The prefix that was taken off the path.</summary>
    /// <param name="exchange">The request.</param>
    public static string Prefix(HttpExchange exchange)
    {
        var prefix = exchange.MatchedLength == exchange.Path.Length ? exchange.Path
            : exchange.RoutePlan!.Route.Paths is [var only] && only.Length == exchange.MatchedLength && !only.StartsWith('~') ? only
            : exchange.Path[..Math.Min(exchange.MatchedLength, exchange.Path.Length)];

        return HeaderOctets.Of(prefix);
    }

    private static bool IsOption(string name) =>
        name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) || name.Equals("close", StringComparison.OrdinalIgnoreCase) || name.Equals("upgrade", StringComparison.OrdinalIgnoreCase);
}
