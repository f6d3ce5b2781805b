using System.Text.RegularExpressions;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>What names one entity of a kind: its id, or the value of a field.</summary>
/// <param name="Field">The field.</param>
/// <param name="Value">The value.</param>
internal readonly partial record struct EntityKey(string Field, string Value)
{
    public bool IsId => Field is "id";

    public Guid Id => Guid.Parse(Value);

    public static EntityKey Of(Guid id) => new("id", id.ToString());

    /// <summary>Reads a path segment: what looks like a UUID is the id, everything else the endpoint key, if the kind has one.</summary>
    public static Outcome<EntityKey> Read(EntitySchema schema, string segment)
    {
        if (Uuid().IsMatch(segment))
        {
            return new EntityKey("id", segment.ToLowerInvariant());
        }

        return Of(schema, segment);
    }

    /// <summary>A value of the endpoint key, whatever it looks like.</summary>
    public static Outcome<EntityKey> Of(EntitySchema schema, string segment)
    {
        if (schema.EndpointKey is not { } field)
        {
            return StoreError.InvalidPrimaryKey;
        }

        var message = schema.Field(field)!.Rules.Select(r => r.Judge(segment)).FirstOrDefault(m => m is not null);
        return message is null ? new EntityKey(field, segment) : StoreError.InvalidUnique(field, message);
    }

    [GeneratedRegex("\\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\z", RegexOptions.IgnoreCase)]
    private static partial Regex Uuid();
}

/// <summary>The entity below which another is looked for: the field that refers to it, and its id.</summary>
/// <param name="Field">The foreign field.</param>
/// <param name="Id">The parent's id.</param>
internal sealed record Parent(string Field, Guid Id);
