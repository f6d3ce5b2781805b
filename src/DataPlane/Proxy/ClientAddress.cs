using System.Net;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>The text of a connection's remote address.</summary>
internal static class ClientAddress
{
    /// <summary>The address as upstreams see it; IPv4 in its own form even on a socket for both.</summary>
    /// <param name="connection">The connection.</param>
    public static string Text(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => string.Empty,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        var address => address.ToString(),
    };
}
