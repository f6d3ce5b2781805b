using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Declarative;
using Gateway.ControlPlane.Store.Memory;
using Gateway.Entities;
using Gateway.PluginSdk.Counters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Store;

/// <summary>Registers the part of the control plane that keeps the configuration.</summary>
internal static class StoreServices
{
    public static IServiceCollection AddStore(this IServiceCollection services, string connectionString, string? replica, EntityCatalog entities, StoreOptions options)
    {
        services.AddSingleton(new EntityTables(entities));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ConfigPublisher>();
        services.TryAddSingleton<WorkTimes>();
        services.AddSingleton(_ => Database.Source(connectionString));
        services.AddSingleton<ChangeNotifier>();
        if (replica is null)
        {
            services.AddSingleton<StoreRunner, DatabaseRunner>();
        }
        else
        {
            services.AddSingleton(p => ActivatorUtilities.CreateInstance<ReadReplica>(p, replica));
            services.AddSingleton<StoreRunner, ReplicaRunner>();
        }

        services.AddSingleton<Administrators, DatabaseAdministrators>();
        services.AddSingleton(options);
        services.AddSingleton<ChangeLog>();
        services.AddSingleton<ImageReader>();
        services.AddSingleton<ConfigExport>();
        services.AddSingleton<ClusterWords>();
        services.AddSingleton<ChangeSignal>();
        services.AddSingleton<ISharedCounters>(p => new DatabaseCounters(connectionString, p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<DatabaseCounters>>()));
        services.AddSingleton<ChangeFeed>();
        services.AddHostedService<WarmUp>();
        services.AddHostedService<TableStatistics>();
        services.AddHostedService(s => s.GetRequiredService<ChangeSignal>());
        services.AddHostedService(s => s.GetRequiredService<ChangeFeed>());
        services.AddHostedService<Housekeeping>();
        return services;
    }

    /// <summary>Adds what keeps the configuration of a node without a database: memory, filled from documents.</summary>
    public static IServiceCollection AddMemoryStore(this IServiceCollection services, DeclarativeDataPlane dataPlane, string? password, EntityCatalog entities)
    {
        services.AddSingleton(new EntityTables(entities));
        services.TryAddSingleton<ConfigPublisher>();
        services.AddSingleton<MemoryStore>();
        services.AddSingleton<StoreRunner, MemoryRunner>();
        services.AddSingleton<Administrators>(new OnlyAdministrator(password));
        services.AddSingleton(p => new DeclarativeNode(p.GetRequiredService<EntityTables>(), p.GetRequiredService<MemoryStore>(), p.GetRequiredService<TimeProvider>(), dataPlane));
        return services;
    }
}
