using Gateway.Entities;
using Gateway.PluginSdk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Config;

/// <summary>Adds the stored configuration and the lookups into it.</summary>
public static class ConfigServices
{
    /// <summary>
    /// Adds <see cref="ConfigStore"/>, <see cref="ConfigApplier"/> and <see cref="ILookup{T}"/> for every entity.
    /// An <see cref="EntityCatalog"/> and a <c>Func&lt;ConfigEntities, CompileResult&gt;</c> are expected among the services.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="folder">The LMDB folder.</param>
    /// <param name="encryption">How it is encrypted, and what opens it; null when it is not.</param>
    /// <param name="mapSize">The map size to begin with; it grows by itself.</param>
    public static IServiceCollection AddConfig(this IServiceCollection services, string folder, StoreEncryption? encryption = null, long mapSize = 128L << 20)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(p => ConfigStore.Open(
            folder, p.GetRequiredService<ILogger<ConfigStore>>(), p.GetRequiredService<TimeProvider>(), mapSize, encryption, p.GetRequiredService<EntityCatalog>()));
        services.AddSingleton(p => p.GetService<Func<EntityChanges, CompileResult>>() is { } compileChanges
            ? new ConfigApplier(
                p.GetRequiredService<ConfigStore>(), p.GetRequiredService<EntityCatalog>(), p.GetRequiredService<Func<ConfigEntities, CompileResult>>(), compileChanges,
                p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<ConfigApplier>>())
            : ActivatorUtilities.CreateInstance<ConfigApplier>(p));
        services.AddSingleton(typeof(ILookup<>), typeof(StoreLookup<>));
        return services;
    }
}
