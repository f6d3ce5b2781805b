using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Registers what gathers, stores and shows the traffic of data planes.</summary>
internal static class TelemetryServices
{
    /// <summary>Adds it.</summary>
    /// <param name="services">The services.</param>
    /// <param name="keepsHistory">Whether minutes and hours are kept, for which there must be a database.</param>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, bool keepsHistory = true)
    {
        services.TryAddSingleton<WorkTimes>();
        services.AddSingleton<Vitals>();
        services.AddSingleton<RequestTail>();
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton(s => new TelemetryIntake(s.GetRequiredService<Vitals>(), s.GetRequiredService<RequestTail>(), s.GetRequiredService<ClusterMetrics>()));
        services.AddSingleton<VitalsRows>();
        services.AddSingleton<VitalsHistory>();
        services.AddSingleton<SeriesNames>();
        services.AddHostedService<VitalsClock>();
        if (keepsHistory)
        {
            services.AddHostedService<VitalsWriter>();
        }

        return services;
    }
}
