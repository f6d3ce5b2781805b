using Gateway.Entities;

namespace Gateway.DataPlane.Routing;

/// <summary>The protocols that a route takes, as routers of the flavour <c>expressions</c> see to it.</summary>
internal sealed class ProtocolRule
{
    private readonly string[] _names;

    private ProtocolRule(string[] names) => _names = names;

    /// <summary>Compiles the rule.</summary>
    /// <param name="route">The route.</param>
    /// <returns>The rule; null where the route takes them all, or must see cleartext too, to send it to TLS.</returns>
    public static ProtocolRule? Of(Route route)
    {
        if (route.Protocols.Count is 1 && route.Protocols.First() is Protocol.Https or Protocol.Tls or Protocol.TlsPassthrough)
        {
            return null;
        }

        string[] names = [.. route.Protocols.Select(NameOf).Distinct()];
        return names.Contains("http") && names.Contains("https") ? null : new ProtocolRule(names);
    }

    /// <summary>Whether a protocol is among them.</summary>
    /// <param name="protocol">The protocol.</param>
    public bool Allows(string protocol) => Array.IndexOf(_names, protocol) >= 0;

    private static string NameOf(Protocol protocol) => protocol switch
    {
        Protocol.Http or Protocol.Grpc => "http",
        Protocol.Https or Protocol.Grpcs => "https",
        Protocol.Tcp or Protocol.TlsPassthrough => "tcp",
        Protocol.Tls => "tls",
        Protocol.Udp => "udp",
        _ => protocol.ToString().ToLowerInvariant(),
    };
}
