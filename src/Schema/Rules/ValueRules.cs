using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>The value equals one given value, often null.</summary>
/// <param name="expected">The value.</param>
public sealed class EqualRule(JsonNode? expected) : Rule
{
    /// <inheritdoc/>
    public override string Key => "eq";

    /// <inheritdoc/>
    public override int Order => 10;

    /// <summary>Whether only null passes: the field is forbidden.</summary>
    public bool IsNull => expected is null;

    /// <inheritdoc/>
    public override JsonNode? Show() => expected?.DeepClone();

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => true;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) => Json.Same(value, expected) ? null : $"value must be {Json.Text(expected)}";
}

/// <summary>The value differs from one given value.</summary>
/// <param name="excluded">The value.</param>
public sealed class NotEqualRule(JsonNode? excluded) : Rule
{
    /// <inheritdoc/>
    public override string Key => "ne";

    /// <inheritdoc/>
    public override int Order => 11;

    /// <inheritdoc/>
    public override JsonNode? Show() => excluded?.DeepClone();

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => true;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) => Json.Same(value, excluded) ? $"value must not be {Json.Text(excluded)}" : null;
}

/// <summary>The value is none of those listed.</summary>
/// <param name="values">The values.</param>
public sealed class NotOneOfRule(params JsonNode?[] values) : Rule
{
    /// <inheritdoc/>
    public override string Key => "not_one_of";

    /// <inheritdoc/>
    public override int Order => 12;

    /// <inheritdoc/>
    public override JsonNode Show() => Json.Array(values);

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => type is FieldType.String or FieldType.Integer or FieldType.Number;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) =>
        values.Any(v => Json.Same(v, value)) ? $"must not be one of: {string.Join(", ", values.Select(Json.Text))}" : null;
}

/// <summary>The value is one of those listed.</summary>
/// <param name="values">The values.</param>
public sealed class OneOfRule(params JsonNode?[] values) : Rule
{
    private IReadOnlyList<JsonNode?> _taken = values;

    /// <summary>The values.</summary>
    public IReadOnlyList<JsonNode?> Values => values;

    /// <inheritdoc/>
    public override string Key => "one_of";

    /// <inheritdoc/>
    public override int Order => 13;

    /// <inheritdoc/>
    public override JsonNode Show() => Json.Array(values);

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => type is FieldType.String or FieldType.Integer or FieldType.Number;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) =>
        _taken.Any(v => Json.Same(v, value)) ? null
            : $"expected one of: {string.Join(", ", (values.Any(v => Json.Same(v, value)) ? _taken : values).Select(Json.Text))}";

    /// <summary>The rule of a node that does not take some of the values; it shows them all the same.</summary>
    /// <param name="refused">What it does not take.</param>
    public OneOfRule Without(IReadOnlyList<string> refused) => new(values) { _taken = [.. values.Where(v => Json.String(v) is not { } text || !refused.Contains(text))] };
}

/// <summary>The number is greater than a bound.</summary>
/// <param name="bound">The bound, itself excluded.</param>
public sealed class GreaterThanRule(double bound) : Rule
{
    /// <inheritdoc/>
    public override string Key => "gt";

    /// <inheritdoc/>
    public override int Order => 14;

    /// <inheritdoc/>
    public override JsonNode Show() => Json.FromDouble(bound);

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => type is FieldType.Integer or FieldType.Number;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) =>
        Json.Number(value) > bound ? null : $"value must be greater than {bound.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>The number lies between two bounds, both included.</summary>
/// <param name="low">The lower bound.</param>
/// <param name="high">The upper bound.</param>
public sealed class BetweenRule(double low, double high) : Rule
{
    /// <summary>The lower bound.</summary>
    public double Low => low;

    /// <summary>The upper bound.</summary>
    public double High => high;

    /// <inheritdoc/>
    public override string Key => "between";

    /// <inheritdoc/>
    public override int Order => 18;

    /// <inheritdoc/>
    public override JsonNode Show() => Json.Array(Json.FromDouble(low), Json.FromDouble(high));

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => type is FieldType.Integer or FieldType.Number;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) => Json.Number(value) is var n && n >= low && n <= high
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"value should be between {low:0} and {high:0}");
}

/// <summary>The number is a time that Unix can count.</summary>
public sealed class TimestampRule : Rule
{
    /// <inheritdoc/>
    public override string Key => "timestamp";

    /// <inheritdoc/>
    public override int Order => 15;

    /// <inheritdoc/>
    public override JsonNode Show() => JsonValue.Create(true);

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => type is FieldType.Integer or FieldType.Number;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) => Json.Number(value) > 0 ? null : "expected a valid timestamp";
}

/// <summary>The sets that the values fall into are not mixed.</summary>
/// <param name="sets">The sets.</param>
public sealed class ExclusiveSetsRule(params string[][] sets) : Rule
{
    /// <inheritdoc/>
    public override string Key => "mutually_exclusive_subsets";

    /// <inheritdoc/>
    public override int Order => 40;

    /// <inheritdoc/>
    public override JsonNode Show() => Json.Array([.. sets.Select(s => Json.Array([.. s.Select(v => (JsonNode?)JsonValue.Create(v))]))]);

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => type is FieldType.Set or FieldType.Array;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value)
    {
        if (value is not JsonArray array)
        {
            return null;
        }

        var hit = sets.Where(set => array.Any(v => set.Contains(Json.String(v)))).ToArray();
        return hit.Length < 2
            ? null
            : $"these sets are mutually exclusive: {string.Join(", ", hit.Select(s => $"({string.Join(", ", s.Select(v => $"'{v}'"))})"))}";
    }
}

/// <summary>The list contains a value.</summary>
/// <param name="element">The value.</param>
public sealed class ContainsRule(string element) : Rule
{
    /// <inheritdoc/>
    public override string Key => "contains";

    /// <inheritdoc/>
    public override int Order => 30;

    /// <inheritdoc/>
    public override JsonNode Show() => JsonValue.Create(element)!;

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => type is FieldType.Set or FieldType.Array;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) =>
        value is JsonArray array && array.Any(v => Json.String(v) == element) ? null : $"expected to contain: {element}";
}

/// <summary>A rule in C# that <c>/schemas</c> cannot show.</summary>
/// <param name="judge">The judgement: a message or null.</param>
/// <param name="fits">The kinds of values it judges; by default strings.</param>
public sealed class CustomRule(Func<JsonNode?, string?> judge, params FieldType[] fits) : Rule
{
    /// <inheritdoc/>
    public override string? Key => null;

    /// <inheritdoc/>
    public override int Order => 35;

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => fits.Length is 0 ? type is FieldType.String : fits.Contains(type);

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) => judge(value);
}
