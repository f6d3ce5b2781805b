using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A plugin at work: its configuration and the scope in which it runs.</summary>
[Entity("plugins", EndpointKey = nameof(InstanceName), CacheKey = [nameof(Name), nameof(Route), nameof(Service), nameof(Consumer), nameof(ConsumerGroup)],
    SubschemaKey = nameof(Name), SubschemaError = "plugin '{0}' not enabled; add it to the 'plugins' configuration property")]
public sealed record Plugin : IDeclared<Plugin>
{
    /// <summary>The id of this instance.</summary>
    [Auto] public Id<Plugin> Id { get; init; }

    /// <summary>The plugin's name, such as <c>key-auth</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A name for this instance that is unique in the workspace.</summary>
    [Unique, Name] public string? InstanceName { get; init; }

    /// <summary>When the instance was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the instance was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>The route it is bound to; null for every route.</summary>
    [OnDelete(DeleteAction.Cascade), Shows(Shown.NullDefault)] public Id<Route>? Route { get; init; }

    /// <summary>The service it is bound to; null for every service.</summary>
    [OnDelete(DeleteAction.Cascade), Shows(Shown.NullDefault)] public Id<Service>? Service { get; init; }

    /// <summary>The consumer it is bound to; null for everyone.</summary>
    [OnDelete(DeleteAction.Cascade), Shows(Shown.NullDefault)] public Id<Consumer>? Consumer { get; init; }

    /// <summary>The group of consumers it is bound to; null for everyone.</summary>
    [OnDelete(DeleteAction.Cascade), Extension] public Id<ConsumerGroup>? ConsumerGroup { get; init; }

    /// <summary>The plugin's own settings.</summary>
    [Abstract] public JsonObject? Config { get; init; }

    /// <summary>The protocols of the requests on which it runs.</summary>
    public IReadOnlySet<Protocol> Protocols { get; init; } =
        new HashSet<Protocol> { Protocol.Grpc, Protocol.Grpcs, Protocol.Http, Protocol.Https };

    /// <summary>Whether it runs at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Words to find the instance by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    /// <summary>Where it runs among the other plugins, when not where its priority puts it.</summary>
    [Extension] public PluginOrdering? Ordering { get; init; }
}

/// <summary>Plugins before or after which another one runs.</summary>
public sealed record PluginOrdering
{
    /// <summary>The plugins that run after it.</summary>
    public PluginOrder? Before { get; init; }

    /// <summary>The plugins that run before it.</summary>
    public PluginOrder? After { get; init; }
}

/// <summary>Names of plugins, by phase.</summary>
public sealed record PluginOrder
{
    /// <summary>The plugins in the access phase.</summary>
    public IReadOnlyList<string>? Access { get; init; }
}
