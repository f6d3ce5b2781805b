using System.Text.Json;
using Gateway.DataPlane.Config;
using Gateway.Entities;
using Gateway.PluginSdk;
using Gateway.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Plugins;

/// <summary>Holds one object per plugin, made once with what its constructor asks for, and binds configurations to it.</summary>
/// <param name="catalog">The plugins that this plane knows.</param>
/// <param name="services">What constructors may ask for.</param>
internal sealed class PluginHost(PluginCatalog catalog, IServiceProvider services)
{
    private readonly Dictionary<string, object> _plugins = new(StringComparer.Ordinal);

    /// <summary>The names of the plugins that this plane knows, in the order of their execution.</summary>
    public IEnumerable<string> Order => catalog.Plugins.Select(p => p.Name);

    /// <summary>Binds a plugin entity to its plugin.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="secrets">What its settings may refer to.</param>
    /// <param name="step">The bound instance.</param>
    /// <returns>The field that is wrong and why, or null.</returns>
    public (string Field, string Message)? Bind(Plugin entity, Secrets secrets, out Step? step)
    {
        step = null;
        if (catalog.Find(entity.Name) is not { } descriptor)
        {
            return ("name", $"plugin '{entity.Name}' is not known to this data plane");
        }

        if (!descriptor.Runs)
        {
            return ("name", $"plugin '{entity.Name}' is configured, but this version does not run it");
        }

        try
        {
            var config = secrets.ConfigOf(entity, descriptor.Schema.Field("config")?.Record)?.Deserialize(descriptor.ConfigType, Wire.Options) ?? JsonSerializer.Deserialize("{}", descriptor.ConfigType, Wire.Options)!;
            var instance = new PluginInstance(entity.Id.Value, entity.Route?.Value, entity.Service?.Value, entity.Consumer?.Value)
            {
                ConsumerGroupId = entity.ConsumerGroup?.Value,
                Ordering = entity.Ordering,
            };
            step = (Step)Activator.CreateInstance(typeof(Step<>).MakeGenericType(descriptor.ConfigType), instance, entity.Protocols, Plugin(descriptor), config)!;
            return null;
        }
        catch (JsonException exception)
        {
            var path = exception.Path?.TrimStart('$', '.');
            return (string.IsNullOrEmpty(path) ? "config" : "config." + path, exception.Message);
        }
    }

    /// <summary>The object of a plugin that was made already, or null.</summary>
    /// <param name="name">The plugin's name.</param>
    public object? Made(string name)
    {
        lock (_plugins)
        {
            return _plugins.GetValueOrDefault(name);
        }
    }

    private object Plugin(PluginDescriptor descriptor)
    {
        lock (_plugins)
        {
            if (!_plugins.TryGetValue(descriptor.Name, out var plugin))
            {
                _plugins[descriptor.Name] = plugin = ActivatorUtilities.CreateInstance(services, descriptor.Type);
            }

            return plugin;
        }
    }
}
