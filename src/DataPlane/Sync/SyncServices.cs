using Gateway.DataPlane.Telemetry;
using Gateway.Sync.Mtls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Sync;

/// <summary>Registers the part of a data plane that talks to its control plane.</summary>
public static class SyncServices
{
    /// <summary>Adds the client of the control plane and the reporter of the counters.</summary>
    /// <param name="services">The data plane's services.</param>
    /// <param name="options">Where the control plane is and who this node is.</param>
    /// <param name="configuration">What is brought up to date.</param>
    public static IServiceCollection AddControlPlaneSync(
        this IServiceCollection services, ControlPlaneClientOptions options, Func<IServiceProvider, PlaneConfiguration> configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddTraffic();
        services.TryAddSingleton<ControlPlaneConnection>();
        services.AddSingleton(options);
        services.AddHostedService(s => new ClusterCertificateWatch(
            options.Identity,
            () => s.GetRequiredService<ControlPlaneConnection>().Status is { Connected: true, CertificateEnd: { } end } ? [("The control plane", end)] : [],
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ClusterCertificateWatch>>()));
        services.AddHostedService(s => new ControlPlaneClient(
            options, configuration(s), s.GetRequiredService<ControlPlaneConnection>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ControlPlaneClient>>()));
        services.AddHostedService<TelemetryReporter>();
        return services;
    }
}
