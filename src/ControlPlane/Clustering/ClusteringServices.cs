using Gateway.ControlPlane.Telemetry;
using Gateway.Sync.Mtls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Registers the part of the control plane that talks to data planes.</summary>
public static class ClusteringServices
{
    /// <summary>Adds the cluster and telemetry listeners, the registry of data planes and their vitals; needs an <see cref="NpgsqlDataSource"/>.</summary>
    /// <param name="services">The control plane's services.</param>
    /// <param name="options">Where to listen and with which certificate.</param>
    public static IServiceCollection AddClustering(this IServiceCollection services, ClusterOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ConfigPublisher>();
        services.TryAddSingleton<WorkTimes>();
        services.AddSingleton(options);
        services.AddHostedService(s => new ClusterCertificateWatch(
            options.Identity, s.GetRequiredService<DataPlaneRegistry>().CertificateEnds, s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<ClusterCertificateWatch>>()));
        services.AddSingleton<OcspClient>();
        services.AddSingleton<DataPlaneRegistry>();
        services.AddSingleton<DataPlaneCalls>();
        services.AddSingleton<SyncAnswers>();
        services.AddSingleton<DataPlaneRows>();
        services.AddSingleton<DataPlaneList>();
        services.AddSingleton<DataPlaneFeed>();
        services.AddSingleton<DataPlaneDetails>();
        services.AddSingleton<UpstreamHealthBoard>();
        services.AddSingleton<ClusterListener>();
        services.AddSingleton<TelemetryListener>();
        services.AddHostedService<DataPlaneWriter>();
        services.AddHostedService(s => s.GetRequiredService<ClusterListener>());
        services.AddHostedService(s => s.GetRequiredService<TelemetryListener>());
        if (options.Fallback is { } storage)
        {
            services.AddHostedService(s => new FallbackExporter(
                storage, options.FallbackDelay, s.GetRequiredService<ConfigPublisher>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<FallbackExporter>>()));
        }

        return services;
    }
}
