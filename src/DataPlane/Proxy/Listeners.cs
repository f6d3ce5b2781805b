using System.Text;
using Gateway.DataPlane.Status;
using Gateway.DataPlane.Telemetry;
using Gateway.DataPlane.Tls;
using Gateway.Hosting;
using Gateway.Hosting.ProxyProtocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Proxy;

/// <summary>Opens the listeners of a data plane.</summary>
internal static class Listeners
{
    /// <summary>Configures the server.</summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="options">The node's settings.</param>
    public static void Configure(KestrelServerOptions kestrel, DataPlaneOptions options)
    {
        // Lines end in CR LF. Kestrel has no other way to say so.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        kestrel.AddServerHeader = false;
        kestrel.AllowHostHeaderOverride = true;
        // Octets of header values pass through unread.
        kestrel.RequestHeaderEncodingSelector = static name => name is "Content-Length" ? LengthEncoding.Instance : Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        // How slow a body may be is for plugins and upstreams to say; a client that takes nothing of an answer is cut off by the transport, which sees what it takes.
        kestrel.Limits.MaxRequestBodySize = options.Limits.MaxBody;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        // Their size together has a limit; their number alone harms nobody.
        kestrel.Limits.MaxRequestHeaderCount = 1000;
        kestrel.Limits.KeepAliveTimeout = options.Limits.KeepAlive;
        kestrel.Limits.RequestHeadersTimeout = options.Limits.Head;
        kestrel.Limits.MaxRequestBufferSize = Math.Max(kestrel.Limits.MaxRequestBufferSize!.Value, options.Limits.MaxHead);
        kestrel.Limits.MaxRequestLineSize = options.Limits.MaxLine;
        kestrel.Limits.MaxRequestHeadersTotalSize = options.Limits.MaxHead;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = Math.Max(kestrel.Limits.Http2.MaxRequestHeaderFieldSize, options.Limits.MaxLine);

        var tls = kestrel.ApplicationServices.GetRequiredService<TlsListener>();
        var prior = kestrel.ApplicationServices.GetRequiredService<PriorKnowledge>();
        var counters = kestrel.ApplicationServices.GetRequiredService<TrafficCounters>();
        foreach (var listener in options.ProxyListeners)
        {
            kestrel.Listen(listener, listen =>
            {
                Open(listen, listener, http2 => tls.Open(listen, http2, options.Tls.Clients));
                listen.Use(next => connection => CountAsync(next, connection, counters));
                listen.Use(next => connection => UnreadableRequests.Mark(next, connection));
                listen.Use(next => connection => KeepAliveRequests.Mark(next, connection));
                if (listener is { Http2: true, Tls: false } && prior.IsKnownOn(listener))
                {
                    listen.Use(next => connection => prior.LookAsync(next, connection, kestrel.Limits.KeepAliveTimeout));
                }
            });
        }

        foreach (var listener in options.StatusListeners)
        {
            kestrel.Listen(listener, listen =>
            {
                Open(listen, listener, http2 =>
                {
                    if (options.StatusCertificate is { } own)
                    {
                        listen.UseHttps(own);
                    }
                    else
                    {
                        tls.Open(listen, http2, clients: null);
                    }
                });
                listen.Use(next => connection => StatusEndpoints.Mark(next, connection));
            });
        }
    }

    private static void Open(ListenOptions listen, Listener listener, Action<bool> openTls)
    {
        // Without TLS, PriorKnowledge tells those connections apart that speak HTTP/2.
        listen.Protocols = listener.Http2 && listener.Tls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
        if (listener.ProxyProtocol)
        {
            listen.Use(next => connection => ProxyProtocolConnection.HandleAsync(next, connection));
        }

        if (listener.Tls)
        {
            openTls(listener.Http2);
        }
    }

    private static async Task CountAsync(ConnectionDelegate next, ConnectionContext connection, TrafficCounters counters)
    {
        counters.ConnectionOpened();
        try
        {
            await next(connection);
        }
        finally
        {
            counters.ConnectionClosed();
        }
    }
}
