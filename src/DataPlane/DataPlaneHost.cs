using System.Diagnostics;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Proxy;
using Gateway.DataPlane.Sockets;
using Gateway.DataPlane.Status;
using Gateway.DataPlane.Streams;
using Gateway.DataPlane.Telemetry;
using Gateway.DataPlane.Tls;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Dns;
using Gateway.DataPlane.Upstreams.Health;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;
using Gateway.Plugins.Common.Redis;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>Puts a data plane together.</summary>
public static class DataPlaneHost
{
    /// <summary>Makes a data plane that is ready to be started.</summary>
    /// <param name="options">The node's settings.</param>
    /// <param name="services">Adds or replaces services.</param>
    public static WebApplication Create(DataPlaneOptions options, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        options.ConfigureLogging?.Invoke(builder.Logging);

        // What the host would log of each request nobody reads, and while its log is on, whatever the level, every request has an activity and a scope.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Services.AddPlaneLifetime();
        builder.Services.AddSingleton(options);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new GatewayNode(options.ControlPlane?.NodeId ?? Guid.NewGuid(), System.Net.Dns.GetHostName()));
        builder.Services.AddSingleton(options.OutgoingTls);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = options.GracePeriod);
        builder.Services.AddProxy().AddStreams().AddConfiguration(options);
        services?.Invoke(builder.Services);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<IConnectionListenerFactory, LoopTransport>();
        builder.WebHost.UseListeners([.. options.ProxyListeners, .. options.StatusListeners]).ConfigureKestrel(kestrel => Listeners.Configure(kestrel, options));

        var app = builder.Build();
        if (options.ConfigFolder is not null)
        {
            // Before the listeners open: a node that was restarted serves what it served before.
            app.Services.GetRequiredService<ConfigApplier>().LoadPersisted();

            // What reading and compiling it left behind would stay for hours: nothing of a request lives long enough to make the collector look there.
            // Once is not enough: what was made last would be in the middle generation then, and each small collection would search the old objects that refer to it.
            GC.Collect(1);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        HugePages.Use();

        var proxy = app.Services.GetRequiredService<RequestHandler>();
        var status = app.Services.GetRequiredService<StatusEndpoints>();
        app.UseAccessLog(http => StatusEndpoints.IsFor(http) ? options.StatusAccessLog : null);
        app.Run(http => StatusEndpoints.IsFor(http) ? status.HandleAsync(http) : proxy.HandleAsync(http));
        return app;
    }

    private static IServiceCollection AddProxy(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddTraffic();
        services.AddSingleton<CurrentSnapshot>();
        services.AddSingleton<UpstreamStates>();
        services.AddSingleton<OwnHosts>();
        services.AddSingleton(p => new ConnectionPools(p.GetRequiredService<DataPlaneOptions>().KeepAlive, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Prober>();
        services.AddSingleton(p => new UpstreamMonitor(p.GetRequiredService<CurrentSnapshot>()));
        services.AddSingleton(p => new HealthReports(p.GetRequiredService<UpstreamMonitor>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new NameResolver(p.GetRequiredService<DataPlaneOptions>().Dns, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new PluginHost(p.GetRequiredService<DataPlaneOptions>().Plugins, p));
        services.AddSingleton(p => new PluginMemory(p.GetRequiredService<PluginHost>()));
        services.AddSingleton<BatchQueues>();
        services.AddSingleton<RedisConnections>();
        services.AddSingleton(p => new ConsumerGroups(p.GetService<ILookup<ConsumerGroupMember>>(), p.GetService<ILookup<ConsumerGroup>>()));
        services.AddSingleton<SnapshotCompiler>();
        services.AddSingleton<ErrorPages>();
        services.AddSingleton<DiagnosticSource, UnreadableRequests>();
        services.AddSingleton<PriorKnowledge>();
        services.AddSingleton<Responder>();
        services.AddSingleton<ForwarderHttp1>();
        services.AddSingleton<ForwarderYarp>();
        services.AddSingleton<NamelessFiles>();
        services.AddSingleton<BodyGatherer>();
        services.AddSingleton<Forwarder>();
        services.AddSingleton<RequestHandler>();
        services.AddSingleton(p => new DefaultCertificate(p.GetRequiredService<DataPlaneOptions>().Certificates, p.GetRequiredService<DataPlaneOptions>().Tls.Staples));
        services.AddSingleton<TlsListener>();
        services.AddSingleton(p => new NameStatistics(p.GetRequiredService<NameResolver>(), p.GetRequiredService<DataPlaneOptions>()));
        services.AddSingleton<StatusEndpoints>();
        services.AddSingleton<UpstreamStatus>();
        services.AddSingleton<ReadyState>();
        services.AddHostedService<Draining>();
        return services;
    }
}
