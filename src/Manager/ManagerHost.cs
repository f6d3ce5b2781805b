using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;
using Gateway.Hosting.ProxyProtocol;
using Gateway.Manager.AdminApi;
using Gateway.Manager.Assets;
using Gateway.Manager.Components;
using Gateway.Manager.Forms;
using Gateway.Manager.Live;
using Gateway.Manager.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Radzen;

namespace Gateway.Manager;

/// <summary>Makes the host of the management user interface.</summary>
public static class ManagerHost
{
    /// <summary>Composes the Manager; the caller starts and stops it.</summary>
    /// <param name="options">What it listens on and which Admin API it manages.</param>
    public static WebApplication Create(ManagerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ManagerHost).Assembly.GetName().Name,
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        AddLogging(builder, options);
        AddServer(builder, options);

        builder.Services.AddPlaneLifetime();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(options.Time);
        // Open pages hold long connections and come back by themselves: stopping waits for short requests alone.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddRoutingCore();
        builder.Services.AddDataProtection().SetApplicationName("gateway-manager").PersistKeysToFileSystem(Directory.CreateDirectory(options.KeyFolder));
        builder.Services.AddSessions(options);
        builder.Services.AddAdminClient(options);
        builder.Services.AddLiveFeeds();
        builder.Services.AddForms();
        builder.Services.AddRadzenComponents();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
            circuits.DisconnectedCircuitMaxRetained = 100;
        });
        // A form with a long certificate chain is more than SignalR's 32 KB.
        builder.Services.Configure<HubOptions>(hub => hub.MaximumReceiveMessageSize = 1024 * 1024);

        var app = builder.Build();
        app.UseAccessLog(options.AccessLog);
        app.UseSecurityHeaders();
        // A refused post stays what it is; only pages that do not exist get a page that says so.
        app.UseWhen(http => HttpMethods.IsGet(http.Request.Method), pages => pages.UseStatusCodePagesWithReExecute("/not-found"));
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapAssets();
        app.MapSessions();
        // The content policy is ours alone: two headers would have to agree.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    private static void AddLogging(WebApplicationBuilder builder, ManagerOptions options)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Gateway", LogLevel.Information)
            // The key folder is private to the product; that keys in it are files is no news.
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        if (options.ConfigureLogging is { } configure)
        {
            configure(builder.Logging);
        }
        else
        {
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        }
    }

    private static void AddServer(WebApplicationBuilder builder, ManagerOptions options)
    {
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseListeners(options.Listeners);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = 1024 * 1024;
            foreach (var listener in options.Listeners)
            {
                server.Listen(listener, endpoint =>
                {
                    endpoint.Protocols = listener.Http2 && listener.Tls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
                    if (listener.ProxyProtocol)
                    {
                        endpoint.Use(next => connection => ProxyProtocolConnection.HandleAsync(next, connection));
                    }

                    if (listener.Tls)
                    {
                        endpoint.UseHttps(options.Certificate ?? throw new InvalidOperationException($"the Manager's listener {listener} is ssl, and no certificate is set"));
                    }
                });
            }
        });
    }
}
