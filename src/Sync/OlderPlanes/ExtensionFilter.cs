using System.Text;
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
    private readonly ILookup<string, string> _fields = unknown.Where(e => e.Field is not null).ToLookup(e => e.Collection, e => e.Field!);

    /// <summary>Tells filters of the same effect.</summary>
    public string Key { get; } = string.Join(',', unknown.Select(e => e.Name).Order(StringComparer.Ordinal));

    /// <summary>Whether the planes know a collection at all.</summary>
    /// <param name="collection">The collection.</param>
    public bool Knows(string collection) => !_collections.Contains(collection);

    /// <summary>What the planes do not get of a collection, in words; empty where they get all of it.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="entities">All its entities: UTF-8 JSON.</param>
    /// <remarks>Only what has the name of a field in it is parsed, and that until the first entity that uses it: there may be many.</remarks>
    public IEnumerable<string> Losses(string collection, IEnumerable<byte[]> entities)
    {
        if (!Knows(collection))
        {
            return entities.Any() ? ["no " + collection] : [];
        }

        return _fields[collection].Select(field => Loss(collection, field, entities)).OfType<string>();
    }

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

    private string? Loss(string collection, string field, IEnumerable<byte[]> entities)
    {
        var name = Encoding.UTF8.GetBytes($"\"{field}\"");
        var user = entities.Where(e => e.AsSpan().IndexOf(name) >= 0).Select(e => JsonNode.Parse(e) as JsonObject).FirstOrDefault(e => e?[field] is not null);
        if (user is null)
        {
            return null;
        }

        // By itself, so that what is said is about this field.
        var alone = new JsonObject { [field] = user[field]!.DeepClone() };
        return _changes[collection].Select(c => c.Drop(alone) ?? c.Apply(alone)).FirstOrDefault(said => said is { Length: > 0 });
    }
}
