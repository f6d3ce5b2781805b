using System.Net;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>The proxies in front of this one whose word is taken for who the client is, and for what it asked of them.</summary>
/// <param name="networks">Their addresses (<c>trusted_ips</c>).</param>
/// <param name="header">The header that tells the client's address (<c>real_ip_header</c>); <c>proxy_protocol</c> for the one of the PROXY protocol.</param>
/// <param name="recursive">Whether trusted proxies in the header are passed over (<c>real_ip_recursive</c>).</param>
public sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks, string header = "X-Real-IP", bool recursive = false)
{
    private readonly IPNetwork[] _networks = [.. networks];

    /// <summary>Nobody is trusted.</summary>
    public static TrustedProxies None { get; } = new([]);

    /// <summary>Whether anybody is trusted.</summary>
    public bool Any => _networks.Length > 0;

    /// <summary>Whether an address is a trusted proxy's.</summary>
    /// <param name="address">The address, or null.</param>
    public bool Trust(IPAddress? address)
    {
        if (address is null || _networks.Length is 0)
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(_networks, n => n.Contains(address));
    }

    /// <summary>The client behind a trusted proxy; the proxy itself when it tells nothing that can be read.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="announced">The address that the PROXY protocol told, or null.</param>
    internal IPAddress Client(IPAddress proxy, IHeaderDictionary headers, IPAddress? announced)
    {
        if (header.Equals("proxy_protocol", StringComparison.OrdinalIgnoreCase))
        {
            return announced ?? proxy;
        }

        var client = proxy;
        var lines = headers[header];
        for (var line = lines.Count - 1; line >= 0; line--)
        {
            var rest = lines[line].AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.LastIndexOf(',');
                if (Address(rest[(comma + 1)..].Trim()) is not { } told)
                {
                    return client;
                }

                client = told;
                if (!recursive || !Trust(client))
                {
                    return client;
                }

                rest = comma < 0 ? default : rest[..comma];
            }
        }

        return client;
    }

    private static IPAddress? Address(ReadOnlySpan<char> text) =>
        IPAddress.TryParse(text, out var address) ? address : IPEndPoint.TryParse(text, out var endpoint) ? endpoint.Address : null;
}
