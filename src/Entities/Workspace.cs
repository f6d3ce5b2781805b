using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A part of the configuration that stands for itself; every entity belongs to one.</summary>
[Entity("workspaces", EndpointKey = nameof(Name), CacheKey = [nameof(Name)], Workspaceable = false)]
public sealed record Workspace : IDeclared<Workspace>
{
    /// <summary>The workspace's id.</summary>
    [Auto] public Id<Workspace> Id { get; init; }

    /// <summary>Its name; it may not be one of the collections' names.</summary>
    [Unique, Name, NotOneOf("workspaces", "consumers", "certificates", "services", "routes", "snis", "upstreams", "targets", "plugins", "tags",
        "ca_certificates", "clustering_data_planes", "parameters", "vaults", "key_sets", "keys", "filter_chains")]
    public required string Name { get; init; }

    /// <summary>A note for people.</summary>
    public string? Comment { get; init; }

    /// <summary>When it was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>How the workspace is shown.</summary>
    public JsonObject Meta { get; init; } = [];

    /// <summary>The workspace's own settings.</summary>
    public JsonObject Config { get; init; } = [];
}
