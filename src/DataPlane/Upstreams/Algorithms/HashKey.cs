using Gateway.Entities;

namespace Gateway.DataPlane.Upstreams.Algorithms;

/// <summary>One thing of a request that is hashed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The name of the header, cookie, query parameter or capture.</param>
internal sealed record HashPart(HashInput Kind, string Name);

/// <summary>What of a request is hashed.</summary>
/// <param name="Parts">The first one that the request has counts.</param>
/// <param name="CookiePath">The path of the cookie that is given to clients who have none.</param>
internal sealed record HashKey(IReadOnlyList<HashPart> Parts, string CookiePath)
{
    /// <summary>Reads it from an upstream.</summary>
    /// <param name="upstream">The upstream.</param>
    public static HashKey Of(Upstream upstream)
    {
        HashPart?[] parts =
        [
            Part(upstream.HashOn, upstream.HashOnHeader, upstream.HashOnQueryArg, upstream.HashOnUriCapture, upstream.HashOnCookie),
            Part(upstream.HashFallback, upstream.HashFallbackHeader, upstream.HashFallbackQueryArg, upstream.HashFallbackUriCapture, upstream.HashOnCookie),
        ];

        // Without a first input there is no second one either.
        return new HashKey(parts[0] is null ? [] : [.. parts.OfType<HashPart>()], upstream.HashOnCookiePath ?? "/");
    }

    private static HashPart? Part(HashInput? input, string? header, string? argument, string? capture, string? cookie) => input switch
    {
        null or HashInput.None => null,
        HashInput.Header => new HashPart(HashInput.Header, header ?? string.Empty),
        HashInput.QueryArg => new HashPart(HashInput.QueryArg, argument ?? string.Empty),
        HashInput.UriCapture => new HashPart(HashInput.UriCapture, capture ?? string.Empty),
        HashInput.Cookie => new HashPart(HashInput.Cookie, cookie ?? string.Empty),
        { } kind => new HashPart(kind, string.Empty),
    };
}
