using System.Text;
using Gateway.DataPlane.Upstreams.Algorithms;
using Gateway.Entities;
using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>What a request is known by to an upstream that hashes: the first of its inputs that the request has.</summary>
internal static class HashValue
{
    /// <summary>The value; empty when the request has none of the inputs.</summary>
    /// <param name="exchange">The request; a client who should have a cookie and has none is given one with the answer.</param>
    /// <param name="key">The inputs.</param>
    public static string Of(HttpExchange exchange, HashKey key)
    {
        foreach (var part in key.Parts)
        {
            if (Of(exchange, part, key) is { } value)
            {
                return value;
            }
        }

        return string.Empty;
    }

    private static string? Of(HttpExchange exchange, HashPart part, HashKey key) => part.Kind switch
    {
        HashInput.Consumer => (exchange.Consumer?.Id.Value ?? exchange.Credential?.Id)?.ToString(),
        HashInput.Ip => exchange.ClientIp.ToString(),
        HashInput.Header => exchange.RequestHeaders.TryGetValue(part.Name, out var values) ? string.Join(", ", values.AsEnumerable()) : null,
        HashInput.Cookie => Cookie(exchange, part.Name, key),
        HashInput.Path => Decode(exchange.Path),
        HashInput.QueryArg => Argument(exchange.Query, part.Name),
        HashInput.UriCapture => exchange.Captures.GetValueOrDefault(part.Name),
        _ => null,
    };

    private static string Cookie(HttpExchange exchange, string name, HashKey key)
    {
        foreach (var line in exchange.RequestHeaders.Cookie)
        {
            foreach (var range in line.AsSpan().Split(';'))
            {
                var pair = line.AsSpan()[range].Trim();
                if (pair.Length > name.Length && pair[name.Length] is '=' && pair.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                {
                    return pair[(name.Length + 1)..].ToString();
                }
            }
        }

        var value = Guid.NewGuid().ToString();

        // The attribute's name is Kong's, which browsers do not know and pass over.
        exchange.HashCookie = new HashCookie(name, $"{name}={value}; Path={key.CookiePath}; Same-Site=Lax; HttpOnly");
        return value;
    }

    /// <summary>The values of an argument, sorted; one without a value is <c>true</c>.</summary>
    private static string? Argument(string? query, string name)
    {
        List<string>? values = null;
        foreach (var range in (query ?? string.Empty).AsSpan().Split('&'))
        {
            var pair = query.AsSpan()[range];
            var equals = pair.IndexOf('=');
            if (pair.Length > 0 && Unescape(equals < 0 ? pair : pair[..equals]) == name)
            {
                (values ??= []).Add(equals < 0 ? "true" : Unescape(pair[(equals + 1)..]));
            }
        }

        values?.Sort(StringComparer.Ordinal);
        return values is null ? null : string.Join(',', values);
    }

    private static string Unescape(ReadOnlySpan<char> text) => Decode(text.Contains('+') ? text.ToString().Replace('+', ' ') : text.ToString());

    /// <summary>The octets behind all escapes, reserved characters included.</summary>
    private static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                decoded.Append((char)Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                decoded.Append(text[i]);
            }
        }

        return decoded.ToString();
    }
}

/// <summary>The cookie by which a client finds the same target again.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SetCookie">The value of the <c>Set-Cookie</c> header.</param>
internal sealed record HashCookie(string Name, string SetCookie)
{
    /// <summary>Adds it to an answer; an upstream's own cookie of that name gives way.</summary>
    /// <param name="headers">The headers of the answer.</param>
    public void AddTo(IHeaderDictionary headers)
    {
        var prefix = Name + "=";
        headers.SetCookie = headers.SetCookie.Where(c => c?.StartsWith(prefix, StringComparison.Ordinal) is not true).Append(SetCookie).ToArray();
    }
}
