using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A licence of the original's enterprise edition. It is kept and shown for clients that look for one; nothing depends on it.</summary>
[Entity("licenses", Workspaceable = false, Exported = false), Extension]
public sealed record License : IDeclared<License>
{
    /// <summary>The licence's id.</summary>
    [Auto] public Id<License> Id { get; init; }

    /// <summary>When the licence was stored.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the licence was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>The licence, in JSON.</summary>
    [Encrypted, Unique] public required string Payload { get; init; }
}
