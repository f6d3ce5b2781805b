using Gateway.DataPlane.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Config;

/// <summary>Adds where a data plane's configuration comes from.</summary>
internal static class ConfigurationServices
{
    /// <summary>Adds the store, the lookups and the client of the control plane, as far as the settings ask for them.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The node's settings.</param>
    public static IServiceCollection AddConfiguration(this IServiceCollection services, DataPlaneOptions options)
    {
        if (options.ConfigFolder is not { } folder)
        {
            return services;
        }

        // What plugins own that are not enabled here may come along, and is kept for nobody.
        services.AddSingleton(options.Plugins.Whole.EntitiesWith(options.Features));
        services.AddSingleton<Func<ConfigEntities, CompileResult>>(p => p.GetRequiredService<SnapshotCompiler>().Compile);
        services.AddSingleton<Func<EntityChanges, CompileResult>>(p => p.GetRequiredService<SnapshotCompiler>().Compile);
        services.AddConfig(folder, options.ConfigEncryption);
        if (options.ControlPlane is { } controlPlane)
        {
            services.AddControlPlaneSync(controlPlane, static p =>
            {
                var applier = p.GetRequiredService<ConfigApplier>();
                return new PlaneConfiguration(() => applier.CurrentHash, (message, cancellation) => applier.ApplyAsync(message, cancellation)) { Version = () => applier.Version, ApplyChanges = applier.ApplyAsync };
            });
            if (options.ConfigEncryption?.Algorithm is not null)
            {
                services.AddHostedService(p => ActivatorUtilities.CreateInstance<StoreKeyWatch>(p, controlPlane.Identity));
            }

            if (options.Fallback is { } storage)
            {
                services.AddHostedService(p => new FallbackImporter(
                    storage, p.GetRequiredService<ConfigApplier>(), p.GetRequiredService<ControlPlaneConnection>(), p.GetRequiredService<TimeProvider>(),
                    p.GetRequiredService<ILogger<FallbackImporter>>()));
            }
        }

        return services;
    }
}
