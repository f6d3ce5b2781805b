using Gateway.ControlPlane.Clustering;
using Gateway.Plugins;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.ControlPlane.Store;

/// <summary>Registers the part of the control plane that keeps the configuration.</summary>
internal static class StoreServices
{
    public static IServiceCollection AddStore(this IServiceCollection services, string connectionString, IReadOnlyCollection<string> features)
    {
        services.AddSingleton(new EntityTables(BundledPlugins.Catalog.EntitiesWith(features)));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ConfigPublisher>();
        services.AddSingleton(_ => Database.Source(connectionString));
        services.AddSingleton<ChangeNotifier>();
        services.AddSingleton<StoreRunner>();
        services.AddSingleton<Administrators>();
        services.AddSingleton<ChangeLogReader>();
        services.AddSingleton<ConfigExport>();
        services.AddSingleton<ChangeSignal>();
        services.AddSingleton<ChangeFeed>();
        services.AddHostedService<WarmUp>();
        services.AddHostedService(s => s.GetRequiredService<ChangeSignal>());
        services.AddHostedService(s => s.GetRequiredService<ChangeFeed>());
        services.AddHostedService<Housekeeping>();
        return services;
    }
}
