using System.Text;

namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>The header names that upstreams send most, so that their answers need no new strings for them.</summary>
internal static class KnownHeaders
{
    /// <summary>The index of <c>Content-Length</c>.</summary>
    public const int ContentLength = 0;

    /// <summary>The index of <c>Transfer-Encoding</c>.</summary>
    public const int TransferEncoding = 1;

    /// <summary>The index of <c>Connection</c>.</summary>
    public const int Connection = 2;

    /// <summary>What stands for a name that is not among them.</summary>
    public const int None = -1;

    /// <summary>The names, in the spelling in which they are sent on.</summary>
    public static string[] Names { get; } =
    [
        "Content-Length", "Transfer-Encoding", "Connection", "Content-Type", "Date", "Server", "Keep-Alive", "Cache-Control", "Expires", "Last-Modified", "ETag", "Vary",
        "Set-Cookie", "Location", "Content-Encoding", "Content-Language", "Content-Disposition", "Content-Location", "Content-Range", "Content-Security-Policy",
        "Accept-Ranges", "Age", "Allow", "Alt-Svc", "Link", "Pragma", "Retry-After", "Trailer", "Upgrade", "Via", "Warning", "WWW-Authenticate", "Proxy-Authenticate",
        "Proxy-Connection", "Strict-Transport-Security", "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers",
        "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Access-Control-Max-Age", "Referrer-Policy", "Permissions-Policy", "X-Content-Type-Options",
        "X-Frame-Options", "X-XSS-Protection", "X-Powered-By", "X-Request-Id", "X-Runtime", "X-Accel-Buffering", "X-Accel-Redirect", "X-Cache", "X-RateLimit-Limit",
        "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-AspNet-Version", "X-Envoy-Upstream-Service-Time", "X-Correlation-Id", "traceparent", "tracestate",
    ];

    private static readonly (byte First, int Index)[][] _byLength = ByLength();

    /// <summary>The index of a name, whatever its case; <see cref="None"/> for any other.</summary>
    /// <param name="name">The name as it was received.</param>
    public static int Find(ReadOnlySpan<byte> name)
    {
        if (name.Length < _byLength.Length)
        {
            var first = (byte)(name[0] | 0x20);
            foreach (var (letter, index) in _byLength[name.Length])
            {
                if (letter == first && Ascii.EqualsIgnoreCase(name, Names[index]))
                {
                    return index;
                }
            }
        }

        return None;
    }

    private static (byte, int)[][] ByLength() =>
    [
        .. Enumerable.Range(0, Names.Max(n => n.Length) + 1).Select(length => Names.Index().Where(n => n.Item.Length == length).Select(n => ((byte)(n.Item[0] | 0x20), n.Index)).ToArray()),
    ];
}
