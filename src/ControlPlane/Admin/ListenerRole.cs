using Gateway.Hosting;
using Gateway.Hosting.ProxyProtocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.ControlPlane.Admin;

/// <summary>What a port is for; a connection carries it, so that no path answers on another's port.</summary>
internal enum ListenerRole
{
    Admin,
    Status,
}

/// <summary>Opens ports by role, and parts the requests that come in by them.</summary>
internal static class ListenerRoles
{
    private sealed record Marked(ListenerRole Role);

    public static void Listen(this KestrelServerOptions kestrel, IReadOnlyList<Listener> listeners, ListenerRole role, ChainedCertificate? certificate)
    {
        var count = kestrel.ApplicationServices.GetRequiredService<RequestCount>();
        foreach (var listener in listeners)
        {
            kestrel.Listen(listener, endpoint =>
            {
                endpoint.Protocols = listener.Http2 && listener.Tls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
                if (listener.ProxyProtocol)
                {
                    endpoint.Use(next => connection => ProxyProtocolConnection.HandleAsync(next, connection));
                }

                endpoint.Use(next => connection => MarkAsync(next, connection, role, count));
                if (listener.Tls)
                {
                    endpoint.UseHttps(certificate ?? throw new InvalidOperationException($"the TLS listener {listener} has no certificate"));
                }
            });
        }
    }

    public static void UseWhenListener(this IApplicationBuilder app, ListenerRole role, Action<IApplicationBuilder> branch) =>
        app.MapWhen(http => http.Features.Get<Marked>()?.Role == role, branch);

    private static async Task MarkAsync(ConnectionDelegate next, ConnectionContext connection, ListenerRole role, RequestCount count)
    {
        connection.Features.Set(new Marked(role));
        count.Opened();
        try
        {
            await next(connection);
        }
        finally
        {
            count.Closed();
        }
    }
}
