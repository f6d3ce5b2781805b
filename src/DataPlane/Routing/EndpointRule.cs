using System.Net;
using Gateway.Entities;

namespace Gateway.DataPlane.Routing;

/// <summary>The addresses and ports of which one must be the connection's.</summary>
internal sealed class EndpointRule
{
    private readonly (IPNetwork? Network, int? Port)[] _endpoints;

    private EndpointRule((IPNetwork?, int?)[] endpoints) => _endpoints = endpoints;

    /// <summary>Compiles the rule.</summary>
    /// <param name="endpoints">The endpoints of a route.</param>
    /// <returns>The rule; null where there are none.</returns>
    public static EndpointRule? Of(IReadOnlySet<Endpoint>? endpoints) => endpoints is { Count: > 0 }
        ? new EndpointRule([.. endpoints.Select(e => (e.Ip is null ? (IPNetwork?)null : Network(e.Ip), e.Port))])
        : null;

    /// <summary>The ports, where every endpoint names one; null otherwise.</summary>
    public int[]? Ports => Array.TrueForAll(_endpoints, e => e.Port is not null) ? [.. _endpoints.Select(e => e.Port!.Value).Distinct()] : null;

    /// <summary>Whether an endpoint is among them.</summary>
    /// <param name="address">The address, or null.</param>
    /// <param name="port">The port.</param>
    public bool Matches(IPAddress? address, int port)
    {
        if (address is { IsIPv4MappedToIPv6: true })
        {
            address = address.MapToIPv4();
        }

        foreach (var (network, wanted) in _endpoints)
        {
            if ((wanted is null || wanted == port) && (network is null || (address is not null && network.Value.Contains(address))))
            {
                return true;
            }
        }

        return false;
    }

    private static IPNetwork Network(string text) => text.Contains('/', StringComparison.Ordinal)
        ? IPNetwork.Parse(HostName.Masked(text))
        : new IPNetwork(IPAddress.Parse(text), text.Contains(':', StringComparison.Ordinal) ? 128 : 32);
}
