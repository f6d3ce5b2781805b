using Microsoft.Extensions.DependencyInjection;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Registers what gathers, stores and shows the traffic of data planes.</summary>
internal static class TelemetryServices
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<Vitals>();
        services.AddSingleton<RequestTail>();
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton(s => new TelemetryIntake(s.GetRequiredService<Vitals>(), s.GetRequiredService<RequestTail>(), s.GetRequiredService<ClusterMetrics>()));
        services.AddSingleton<VitalsRows>();
        services.AddSingleton<VitalsHistory>();
        services.AddSingleton<SeriesNames>();
        services.AddHostedService<VitalsClock>();
        services.AddHostedService<VitalsWriter>();
        return services;
    }
}
