using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Acme;

/// <summary>A certificate, a challenge, or what else the plugin keeps in the database.</summary>
[Entity("acme_storage", CacheKey = [nameof(Key)], Workspaceable = false, Ttl = true)]
public sealed record AcmeStorageEntry : IDeclared<AcmeStorageEntry>
{
    /// <summary>The entry's id.</summary>
    [Auto] public Id<AcmeStorageEntry> Id { get; init; }

    /// <summary>The name that it is kept under.</summary>
    [Auto, Unique] public required string Key { get; init; }

    /// <summary>What is kept.</summary>
    [Auto] public required string Value { get; init; }

    /// <summary>When it was written.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }
}
