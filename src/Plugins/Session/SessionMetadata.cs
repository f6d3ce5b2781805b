using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Session;

/// <summary>Whose a session is.</summary>
[Entity("session_metadatas", Workspaceable = false, Exported = false, AdminApi = false)]
public sealed record SessionMetadata : IDeclared<SessionMetadata>
{
    /// <summary>The row's id.</summary>
    [Auto] public Id<SessionMetadata> Id { get; init; }

    /// <summary>The session.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<StoredSession> Session { get; init; }

    /// <summary>The session's id, as its cookie carries it.</summary>
    public string? Sid { get; init; }

    /// <summary>The application that it is for.</summary>
    public string? Audience { get; init; }

    /// <summary>Who was authenticated.</summary>
    public string? Subject { get; init; }

    /// <summary>When the session began.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }
}
