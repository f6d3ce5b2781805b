using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Registers what counts.</summary>
internal static class TelemetryServices
{
    public static IServiceCollection AddTraffic(this IServiceCollection services)
    {
        services.TryAddSingleton<TrafficCounters>();
        services.TryAddSingleton<Traffic>();
        services.TryAddSingleton(p => new VitalsReports(p.GetRequiredService<Traffic>(), p.GetRequiredService<TimeProvider>()));
        return services;
    }
}
