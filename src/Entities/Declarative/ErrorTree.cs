using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Entities.Declarative;

/// <summary>Collects what is wrong with a document, in a tree of the document's own shape.</summary>
internal sealed class ErrorTree
{
    /// <summary>The tree: lists by position, with null where nothing is wrong.</summary>
    public JsonObject Root { get; } = [];

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsEmpty => Root.Count is 0;

    /// <summary>Reports what is wrong with a field, or with a whole list.</summary>
    /// <param name="place">The entity, or null for the document.</param>
    /// <param name="field">The field.</param>
    /// <param name="error">A message, or a tree.</param>
    public void Add(Place? place, string field, JsonNode? error) => Node(place)[field] = error?.DeepClone();

    /// <summary>Reports what is wrong with an entity as a whole.</summary>
    public void AddWhole(Place place, string message) => Slot(place, JsonValue.Create(message)!);

    /// <summary>Reports what is wrong with an entity at the top that is known by a key.</summary>
    public void AddByKey(string collection, string key, JsonNode error)
    {
        if (Root[collection] is not JsonObject keyed)
        {
            // A list that gets a key becomes a table of both, as it is in the original.
            var positions = (Root[collection] as JsonArray ?? []).Select((e, i) => (Key: (i + 1).ToString(CultureInfo.InvariantCulture), Error: e)).Where(p => p.Error is not null);
            Root[collection] = keyed = new JsonObject(positions.Select(p => KeyValuePair.Create(p.Key, p.Error?.DeepClone())));
        }

        if (keyed[key] is JsonArray list && error is JsonArray more)
        {
            more.ToList().ForEach(e => list.Add(e?.DeepClone()));
        }
        else
        {
            keyed[key] = error;
        }
    }

    private JsonObject Node(Place? place)
    {
        if (place is null)
        {
            return Root;
        }

        return Slot(place, null) as JsonObject ?? (JsonObject)Slot(place, new JsonObject());
    }

    /// <summary>What stands at a place, after something was put there.</summary>
    private JsonNode Slot(Place place, JsonNode? put)
    {
        var around = Node(place.Around);
        if (around[place.Collection] is not JsonArray list)
        {
            around[place.Collection] = list = [];
        }

        while (list.Count <= place.Index)
        {
            list.Add(null);
        }

        if (put is not null)
        {
            list[place.Index] = put;
        }

        return list[place.Index]!;
    }
}
