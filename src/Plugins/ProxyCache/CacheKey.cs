using System.Security.Cryptography;
using System.Text;
using Gateway.PluginSdk;

namespace Gateway.Plugins.ProxyCache;

/// <summary>The key under which an answer is kept: everything that may make it another one.</summary>
internal static class CacheKey
{
    /// <summary>The key of a request, 64 lower-case hex digits.</summary>
    public static string Of(Exchange exchange, ProxyCacheConfig config)
    {
        var path = config.IgnoreUriCase is true ? exchange.Path.ToLowerInvariant() : exchange.Path;
        var text = new StringBuilder();
        // Each part tells its length, so that no two lists of parts give one text.
        foreach (var part in new[]
        {
            exchange.Instance.Id.ToString(), exchange.Consumer?.Id.ToString() ?? string.Empty, exchange.Route?.Id.ToString() ?? string.Empty,
            exchange.Http.Request.Method, exchange.RequestHeaders.Host.ToString(), path, Query(exchange, config), Headers(exchange, config),
        })
        {
            text.Append(part.Length).Append(':').Append(part);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Query(Exchange exchange, ProxyCacheConfig config)
    {
        var arguments = QueryArguments.Parse(exchange.Query);
        var names = config.VaryQueryParams is { } some ? arguments.Names.Intersect(some) : arguments.Names;
        return string.Join('&', names.Order(StringComparer.Ordinal).SelectMany(n => arguments[n]!.Select(v => $"{Uri.EscapeDataString(n)}={Uri.EscapeDataString(v ?? string.Empty)}")));
    }

    private static string Headers(Exchange exchange, ProxyCacheConfig config) => string.Join('\n', (config.VaryHeaders ?? [])
        .Select(h => h.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal).Select(h => $"{h}={exchange.RequestHeaders[h]}"));
}
