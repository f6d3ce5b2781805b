using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A note that a control plane keeps for itself, such as the id of the cluster.</summary>
[Entity("parameters", CacheKey = [nameof(Key)], Workspaceable = false, AdminApi = false, Stored = false)]
public sealed record Parameter : IDeclared<Parameter>
{
    /// <summary>When the note was made.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>What it is about.</summary>
    [Unique] public required string Key { get; init; }

    /// <summary>What it says.</summary>
    public required string Value { get; init; }
}
