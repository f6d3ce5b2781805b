using Gateway.PluginSdk;

namespace Gateway.Plugins.Jwt;

/// <summary>Finds tokens in the query, the cookies and the headers.</summary>
internal static class TokenSources
{
    private const string Scheme = "Bearer ";

    /// <summary>The tokens of a request; the same one at two places is one.</summary>
    public static IReadOnlyCollection<string> Find(Exchange exchange, JwtConfig config)
    {
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in config.UriParamNames ?? new HashSet<string>())
        {
            tokens.UnionWith(QueryText.Values(exchange.Query, name).Where(v => v.Length > 0));
        }

        foreach (var name in config.CookieNames ?? new HashSet<string>())
        {
            if (exchange.Http.Request.Cookies[name] is { Length: > 0 } cookie)
            {
                tokens.Add(cookie);
            }
        }

        foreach (var name in config.HeaderNames ?? new HashSet<string>())
        {
            if (exchange.RequestHeaders[name] is [{ } header, ..] && header.TrimStart() is var text && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            {
                tokens.Add(text[Scheme.Length..].Trim());
            }
        }

        return tokens;
    }
}
