using Gateway.ControlPlane.Admin;
using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Telemetry;
using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.ControlPlane;

/// <summary>Makes the control plane: what it consists of, in order.</summary>
public static class ControlPlaneHost
{
    /// <summary>Makes a control plane that is not yet started.</summary>
    /// <param name="options">How it is set up.</param>
    public static WebApplication Create(ControlPlaneOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        options.Logging?.Invoke(builder.Logging);
        builder.Services.AddPlaneLifetime();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(options.Time);
        builder.Services.AddRoutingCore();
        if (options.DataPlane is { } dataPlane)
        {
            builder.Services.AddMemoryStore(dataPlane, options.AdminPassword, options.Plugins.EntitiesWith(options.Features));
        }
        else
        {
            builder.Services.AddStore(options.ConnectionString, options.ReadOnlyConnectionString, options.Plugins.EntitiesWith(options.Features), options.Store);
        }

        builder.Services.AddAdminApi().AddTelemetry(keepsHistory: options.DataPlane is null);
        if (options.Cluster is { } cluster)
        {
            builder.Services.AddClustering(cluster);
        }

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseListeners([.. options.AdminListen, .. options.StatusListen]).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBody;
            kestrel.Listen(options.AdminListen, ListenerRole.Admin, options.AdminCertificate);
            kestrel.Listen(options.StatusListen, ListenerRole.Status, options.StatusCertificate);
        });

        var app = builder.Build();
        app.UseWhenListener(ListenerRole.Admin, branch => branch.UseAccessLog(options.AdminAccessLog).MapAdminApi());
        app.UseWhenListener(ListenerRole.Status, branch => branch.UseAccessLog(options.StatusAccessLog).MapStatusEndpoints());
        return app;
    }
}
