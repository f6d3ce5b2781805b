using Gateway.DataPlane.Status;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>Counts the requests of a connection, and has its client open another one after so many (<c>keepalive_requests</c>).</summary>
internal sealed class KeepAliveRequests
{
    private int _count;

    /// <summary>Counts the requests of a connection from now on.</summary>
    /// <param name="next">What handles the connection.</param>
    /// <param name="connection">The connection.</param>
    public static Task Mark(ConnectionDelegate next, ConnectionContext connection)
    {
        connection.Features.Set(new KeepAliveRequests());
        return next(connection);
    }

    /// <summary>Counts a request; the last one ends its connection.</summary>
    /// <param name="http">The request.</param>
    /// <param name="most">How many a connection serves.</param>
    public static void Count(HttpContext http, int most)
    {
        if (http.Features.Get<KeepAliveRequests>() is not { } requests || Interlocked.Increment(ref requests._count) < most)
        {
            return;
        }

        if (HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            // Requests in flight are answered, and new ones go elsewhere.
            http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        else
        {
            Draining.TellToClose(http);
        }
    }
}
