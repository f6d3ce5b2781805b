using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>Reads the names of a request's headers once: whether they are names at all, and which of them claim what only the gateway may say.</summary>
internal static class RequestClaims
{
    private static readonly FrozenSet<string> _consumers = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        [
            "X-Consumer-ID", "X-Consumer-Custom-ID", "X-Consumer-Username", "X-Consumer-Groups", "X-Authenticated-Groups", "X-Credential-Identifier",
            "X-Anonymous-Consumer",
        ]);

    /// <summary>
    /// Takes away, unless a trusted proxy sent the request, who the consumer is said to be, and the headers that the gateway writes when they are
    /// spelt with underscores, which many upstreams read as hyphens.
    /// </summary>
    /// <param name="headers">The headers.</param>
    /// <param name="isTrusted">Whether a trusted proxy sent the request.</param>
    /// <returns>Whether all names are names; when one holds spaces or control characters, nothing is taken away.</returns>
    public static bool TryDrop(IHeaderDictionary headers, bool isTrusted)
    {
        List<string>? claims = null;
        foreach (var (name, _) in headers)
        {
            if (name.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                return false;
            }

            if (!isTrusted && name.Length > 2 && name[0] is 'x' or 'X' && name[1] is '-' or '_' && IsClaim(name))
            {
                (claims ??= []).Add(name);
            }
        }

        foreach (var name in claims ?? [])
        {
            headers.Remove(name);
        }

        return true;
    }

    private static bool IsClaim(string name)
    {
        var isSpelt = name.Contains('_', StringComparison.Ordinal);
        var plain = isSpelt ? name.Replace('_', '-') : name;
        return _consumers.Contains(plain) || (isSpelt && ForwardedHeaders.StaysHere(plain));
    }
}
