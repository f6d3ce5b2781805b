using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Acl;

/// <summary>A consumer's membership of a group.</summary>
[Entity("acls", NestedKey = nameof(Group), CacheKey = [nameof(Consumer), nameof(Group)])]
public sealed record AclMembership : IDeclared<AclMembership>
{
    /// <summary>The membership's id.</summary>
    [Auto] public Id<AclMembership> Id { get; init; }

    /// <summary>When the membership was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>The consumer who is a member.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<Consumer> Consumer { get; init; }

    /// <summary>The group's name.</summary>
    public required string Group { get; init; }

    /// <summary>Words to find the membership by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }
}
