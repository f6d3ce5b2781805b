using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A group of consumers for whom plugins may be set up together.</summary>
[Entity("consumer_groups", EndpointKey = nameof(Name)), Extension]
public sealed record ConsumerGroup : IDeclared<ConsumerGroup>
{
    /// <summary>The group's id.</summary>
    [Auto] public Id<ConsumerGroup> Id { get; init; }

    /// <summary>When the group was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the group was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>A name that is unique in the workspace.</summary>
    [Unique, Name] public required string Name { get; init; }

    /// <summary>Words to find the group by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }
}

/// <summary>A consumer's membership of a group.</summary>
[Entity("consumer_group_consumers", CacheKey = [nameof(ConsumerGroup), nameof(Consumer)], AdminApi = false, IsLink = true), Extension]
public sealed record ConsumerGroupMember : IDeclared<ConsumerGroupMember>
{
    /// <summary>The membership's id.</summary>
    [Auto] public Id<ConsumerGroupMember> Id { get; init; }

    /// <summary>When the consumer was added.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>The group.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<ConsumerGroup> ConsumerGroup { get; init; }

    /// <summary>The consumer who is a member.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<Consumer> Consumer { get; init; }
}

/// <summary>Settings of a plugin that are others for the members of a group, wherever the plugin runs for them.</summary>
[Entity("consumer_group_plugins", CacheKey = [nameof(ConsumerGroup), nameof(Name)], AdminApi = false), Extension]
public sealed record ConsumerGroupOverride : IDeclared<ConsumerGroupOverride>
{
    /// <summary>The override's id.</summary>
    [Auto] public Id<ConsumerGroupOverride> Id { get; init; }

    /// <summary>When the override was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the override was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>The group.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<ConsumerGroup> ConsumerGroup { get; init; }

    /// <summary>The plugin's name.</summary>
    public required string Name { get; init; }

    /// <summary>The settings that take the place of the plugin's own.</summary>
    public JsonObject Config { get; init; } = [];
}
