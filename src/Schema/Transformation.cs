using System.Linq.Expressions;
using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>A field that is kept in another form than it is sent in, such as a password as its hash (Kong's <c>transformations</c>).</summary>
/// <param name="Field">The field's name on the wire.</param>
/// <param name="Keep">Makes the value that is kept out of the whole row.</param>
/// <param name="Needs">Another field without which it cannot be made, or null.</param>
public sealed record Transformation(string Field, Func<JsonObject, JsonNode?> Keep, string? Needs = null)
{
    /// <summary>Two paths of which a change must send both or none: what is sent, and what else the kept form depends on; null when nothing is asked.</summary>
    public (string Sent, string Needed)? Together { get; init; }

    /// <summary>Reports where only one of the two is sent.</summary>
    /// <param name="row">The row as it is going to be.</param>
    /// <param name="sent">What was sent.</param>
    /// <param name="current">The row that is changed, or null.</param>
    /// <param name="violations">Where violations go.</param>
    internal void Judge(JsonObject row, JsonObject sent, JsonObject? current, Violations violations)
    {
        if (Together is not var (given, needed))
        {
            return;
        }

        var isOther = current is not null && !Json.Same(Json.At(sent, needed), Json.At(current, needed));
        var source = isOther ? sent : row;
        if ((isOther || IsSet(Json.At(sent, given))) && IsSet(Json.At(source, given)) != IsSet(Json.At(source, needed)))
        {
            violations.AddEntity($"all or none of these fields must be set: {Messages.Quoted([given, needed])}");
        }
    }

    private static bool IsSet(JsonNode? node) => node is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 }) && Json.String(node) is not "";

    /// <summary>A transformation of a property.</summary>
    /// <typeparam name="T">The declaring type.</typeparam>
    /// <param name="property">The property.</param>
    /// <param name="keep">Makes the value that is kept out of the whole row.</param>
    /// <param name="needs">Another property without which it cannot be made, or null.</param>
    public static Transformation Of<T>(Expression<Func<T, object?>> property, Func<JsonObject, JsonNode?> keep, Expression<Func<T, object?>>? needs = null) =>
        new(FieldPath.Of(property), keep, needs is null ? null : FieldPath.Of(needs));

    /// <summary>Brings a parsed row into the form in which it is kept.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="row">The row.</param>
    /// <param name="sent">What was sent; a field that an update did not send is in its kept form already.</param>
    public static void Apply(EntitySchema schema, JsonObject row, JsonObject sent)
    {
        foreach (var transformation in schema.Transformations.Where(t => sent[t.Field] is not null))
        {
            row[transformation.Field] = transformation.Keep(row);
        }
    }
}
