using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A set of keys that are used together.</summary>
[Entity("key_sets", EndpointKey = nameof(Name), AdminName = "key-sets")]
public sealed record KeySet : IDeclared<KeySet>
{
    /// <summary>The set's id.</summary>
    [Auto] public Id<KeySet> Id { get; init; }

    /// <summary>A name that is unique in the workspace.</summary>
    [Unique, Shows(Shown.NotRequired)] public string? Name { get; init; }

    /// <summary>Words to find the set by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    /// <summary>When the set was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the set was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }
}
