using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Sync.OlderPlanes;

/// <summary>Takes out of single entities what planes do not know that name fewer extensions than there are.</summary>
/// <param name="unknown">The extensions that the planes do not know.</param>
public sealed class ExtensionFilter(IReadOnlyCollection<EntityExtension> unknown)
{
    private readonly HashSet<string> _collections = [.. unknown.Where(e => e.Field is null).Select(e => e.Collection)];
    private readonly ILookup<string, EntityChange> _changes = unknown.Where(e => e.Field is not null).Select(Changes.WithoutExtension).ToLookup(c => c.Collection);

    /// <summary>Tells filters of the same effect.</summary>
    public string Key { get; } = string.Join(',', unknown.Select(e => e.Name).Order(StringComparer.Ordinal));

    /// <summary>Whether the planes know a collection at all.</summary>
    /// <param name="collection">The collection.</param>
    public bool Knows(string collection) => !_collections.Contains(collection);

    /// <summary>The entity as the planes get it; null when it is not for them.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="entity">The entity: UTF-8 JSON.</param>
    public byte[]? Apply(string collection, byte[] entity)
    {
        if (!Knows(collection))
        {
            return null;
        }

        if (!_changes.Contains(collection) || JsonNode.Parse(entity) is not JsonObject changed)
        {
            return entity;
        }

        if (_changes[collection].Any(c => c.Drop(changed) is not null))
        {
            return null;
        }

        var isChanged = false;
        foreach (var change in _changes[collection])
        {
            isChanged |= change.Apply(changed) is not null;
        }

        return isChanged ? JsonSerializer.SerializeToUtf8Bytes(changed, Wire.Options) : entity;
    }
}
