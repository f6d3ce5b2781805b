using Gateway.Entities;

namespace Gateway.PluginSdk;

/// <summary>Marks a class as a plugin; it is found by scanning.</summary>
/// <param name="name">The plugin's name, such as <c>key-auth</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PluginAttribute(string name) : Attribute
{
    /// <summary>The plugin's name.</summary>
    public string Name { get; } = name;

    /// <summary>The place in the order of execution; the greater runs first.</summary>
    public int Priority { get; init; }

    /// <summary>The scopes that the plugin cannot be bound to.</summary>
    public PluginScopes Forbids { get; init; }

    /// <summary>The protocols on whose requests the plugin may run.</summary>
    public PluginProtocols Protocols { get; init; }

    /// <summary>Whether schemas show the scopes that it cannot be bound to behind the protocols, as one of the original's does.</summary>
    public bool ShowsScopesLast { get; init; }

    /// <summary>The protocols on whose requests it runs when nothing else is said; null for those of HTTP and gRPC.</summary>
    public string[]? RunsOn { get; init; }
}

/// <summary>What a plugin may be bound to.</summary>
[Flags]
public enum PluginScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A consumer.</summary>
    Consumer = 1,

    /// <summary>A route.</summary>
    Route = 2,

    /// <summary>A service.</summary>
    Service = 4,
}

/// <summary>Families of protocols.</summary>
public enum PluginProtocols
{
    /// <summary>HTTP and gRPC requests.</summary>
    Http,

    /// <summary>HTTP and gRPC requests, and streams.</summary>
    HttpAndStreams,
}
