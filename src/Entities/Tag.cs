using System.Text.Json.Serialization;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A tag and an entity that carries it; read from the entities themselves.</summary>
[Entity("tags", EndpointKey = nameof(Name), Workspaceable = false, Exported = false, Stored = false)]
public sealed record Tag : IDeclared<Tag>
{
    /// <summary>The tag.</summary>
    [Tag, JsonPropertyName("tag")] public required string Name { get; init; }

    /// <summary>The collection of the entity.</summary>
    public required string EntityName { get; init; }

    /// <summary>The entity's id.</summary>
    [Auto] public required Guid EntityId { get; init; }
}
