using Gateway.DataPlane.Telemetry;
using Gateway.Sync;
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
    /// <param name="inUse">The hash of the configuration in use at the start.</param>
    /// <param name="apply">Puts a configuration to use.</param>
    public static IServiceCollection AddControlPlaneSync(
        this IServiceCollection services,
        ControlPlaneClientOptions options,
        Func<IServiceProvider, string> inUse,
        Func<IServiceProvider, Reconfigure, CancellationToken, ValueTask<ApplyOutcome>> apply)
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
            options, () => inUse(s), (configuration, cancellation) => apply(s, configuration, cancellation),
            s.GetRequiredService<ControlPlaneConnection>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ControlPlaneClient>>()));
        services.AddHostedService<TelemetryReporter>();
        return services;
    }
}
