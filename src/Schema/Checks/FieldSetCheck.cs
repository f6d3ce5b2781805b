using System.Linq.Expressions;
using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>The ways in which a set of fields may be bound to each other.</summary>
public enum FieldSet
{
    /// <summary>At least one has a value.</summary>
    AtLeastOneOf,

    /// <summary>Exactly one has a value.</summary>
    OnlyOneOf,

    /// <summary>At most one has a value.</summary>
    MutuallyExclusive,

    /// <summary>All or none have a value.</summary>
    MutuallyRequired,

    /// <summary>No two have the same value.</summary>
    Distinct,
}

/// <summary>Binds a set of fields to each other.</summary>
/// <param name="kind">How.</param>
/// <param name="fields">The fields' paths.</param>
public sealed class FieldSetCheck(FieldSet kind, IReadOnlyList<string> fields) : Check
{
    /// <summary>How the fields are bound.</summary>
    public FieldSet Kind => kind;

    /// <summary>The fields' paths.</summary>
    public IReadOnlyList<string> Fields => fields;

    /// <inheritdoc/>
    public override JsonObject Show()
    {
        var listed = new JsonObject();
        for (var i = 0; i < fields.Count; i++)
        {
            listed[$"{i + 1}"] = fields[i];
        }

        return new JsonObject { [Wire.Name(kind.ToString())] = listed };
    }

    /// <inheritdoc/>
    public override Check Below(string prefix) => new FieldSetCheck(kind, [.. fields.Select(f => $"{prefix}.{f}")]);

    /// <inheritdoc/>
    public override void Judge(CheckContext context)
    {
        // Of the fields of a record that is itself at fault, such as one that is missing, there is nothing to say.
        if (fields.Any(context.BrokenAbove))
        {
            return;
        }

        var set = fields.Count(context.NonEmpty);
        var message = kind switch
        {
            FieldSet.AtLeastOneOf when set is 0 => (context.Updating ? "when updating, " : string.Empty) + "at least one of these fields must be non-empty: ",
            FieldSet.OnlyOneOf when set is not 1 => "exactly one of these fields must be non-empty: ",
            FieldSet.MutuallyExclusive when set > 1 => "only one or none of these fields must be set: ",
            FieldSet.MutuallyRequired when set > 0 && set < fields.Count => "all or none of these fields must be set: ",
            FieldSet.Distinct when HasDuplicates(context) => "values of these fields must be distinct: ",
            _ => null,
        };
        if (message is not null)
        {
            context.Fail(message + Messages.Quoted(fields));
        }
    }

    private bool HasDuplicates(CheckContext context)
    {
        var values = fields.Select(context.Value).Where(v => v is not null).Select(Json.Text).ToArray();
        return values.Distinct(StringComparer.Ordinal).Count() < values.Length;
    }
}

/// <summary>Builds field-set checks from properties.</summary>
/// <typeparam name="T">The declaring type.</typeparam>
public static class Fields<T>
{
    /// <summary>At least one has a value.</summary>
    /// <param name="properties">The properties.</param>
    public static Check AtLeastOne(params Expression<Func<T, object?>>[] properties) => new FieldSetCheck(FieldSet.AtLeastOneOf, FieldPath.Of(properties));

    /// <summary>Exactly one has a value.</summary>
    /// <param name="properties">The properties.</param>
    public static Check ExactlyOne(params Expression<Func<T, object?>>[] properties) => new FieldSetCheck(FieldSet.OnlyOneOf, FieldPath.Of(properties));

    /// <summary>At most one has a value.</summary>
    /// <param name="properties">The properties.</param>
    public static Check AtMostOne(params Expression<Func<T, object?>>[] properties) => new FieldSetCheck(FieldSet.MutuallyExclusive, FieldPath.Of(properties));

    /// <summary>All or none have a value.</summary>
    /// <param name="properties">The properties.</param>
    public static Check AllOrNone(params Expression<Func<T, object?>>[] properties) => new FieldSetCheck(FieldSet.MutuallyRequired, FieldPath.Of(properties));

    /// <summary>No two have the same value.</summary>
    /// <param name="properties">The properties.</param>
    public static Check Distinct(params Expression<Func<T, object?>>[] properties) => new FieldSetCheck(FieldSet.Distinct, FieldPath.Of(properties));
}
