using System.Text.Json.Nodes;

namespace Gateway.Sync.OlderPlanes;

/// <summary>What one version brought: turns a configuration for that version into one for those before it.</summary>
/// <param name="Version">The version that brought it.</param>
/// <param name="Changes">What is done to the entities, in this order.</param>
internal sealed record VersionStep(string Version, params IReadOnlyList<EntityChange> Changes)
{
    /// <summary>The number of the version; planes below it get the changes.</summary>
    public long Number { get; } = VersionNumber.Parse(Version);

    /// <summary>Whole collections that older planes do not know.</summary>
    public IReadOnlySet<string> Collections { get; init; } = new HashSet<string>();
}

/// <summary>A change to the entities of one collection.</summary>
/// <param name="Collection">The collection, such as <c>plugins</c>.</param>
/// <param name="Name">The name that an entity must have, such as that of a plugin; null for any.</param>
/// <param name="Apply">Changes an entity, and says what was lost or replaced; null when there was nothing to do.</param>
internal sealed record EntityChange(string Collection, string? Name, Func<JsonObject, string?> Apply)
{
    /// <summary>Whether an entity is left out altogether; what <see cref="Apply"/> would do to it does not matter then.</summary>
    public Func<JsonObject, string?> Drop { get; init; } = static _ => null;

    /// <summary>The fields of a plugin's configuration that are removed, where that is what the change does.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];
}
