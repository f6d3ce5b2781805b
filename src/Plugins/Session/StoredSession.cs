using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Session;

/// <summary>A session that is kept in the database.</summary>
[Entity("sessions", EndpointKey = nameof(SessionId), CacheKey = [nameof(SessionId)], Workspaceable = false, Ttl = true, Exported = false)]
public sealed record StoredSession : IDeclared<StoredSession>
{
    /// <summary>The row's id.</summary>
    [Auto] public Id<StoredSession> Id { get; init; }

    /// <summary>The session's id, as its cookie carries it.</summary>
    [Unique] public required string SessionId { get; init; }

    /// <summary>When the session ends.</summary>
    public int? Expires { get; init; }

    /// <summary>What the session holds, encrypted.</summary>
    public string? Data { get; init; }

    /// <summary>When the session began.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }
}
