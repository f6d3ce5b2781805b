using System.Linq.Expressions;
using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>When one field matches, another must match too.</summary>
public sealed class ConditionalCheck : Check
{
    /// <summary>The field that decides.</summary>
    public required string IfField { get; init; }

    /// <summary>What it must match for the check to apply.</summary>
    public required Matcher IfMatch { get; init; }

    /// <summary>The field that is bound.</summary>
    public required string ThenField { get; init; }

    /// <summary>What it must match then.</summary>
    public required Matcher ThenMatch { get; init; }

    /// <summary>The text that replaces the usual message of the record.</summary>
    public string? ThenError { get; init; }

    /// <inheritdoc/>
    public override JsonObject Show()
    {
        var body = new JsonObject
        {
            ["if_field"] = IfField,
            ["if_match"] = IfMatch.Show(),
            ["then_field"] = ThenField,
            ["then_match"] = ThenMatch.Show(),
        };
        if (ThenError is not null)
        {
            body["then_err"] = ThenError;
        }

        return new JsonObject { ["conditional"] = body };
    }

    /// <inheritdoc/>
    public override Check Below(string prefix) => new ConditionalCheck
    {
        IfField = $"{prefix}.{IfField}",
        IfMatch = IfMatch,
        ThenField = $"{prefix}.{ThenField}",
        ThenMatch = ThenMatch,
        ThenError = ThenError,
    };

    /// <inheritdoc/>
    public override void Judge(CheckContext context)
    {
        if (context.Broken(IfField) || IfMatch.Judge(context.Value(IfField)) is not null || ThenMatch.Judge(context.Value(ThenField)) is not { } message)
        {
            return;
        }

        context.FailAt(ThenField, message);
        context.Fail(ThenError ?? $"failed conditional validation given value of field '{IfField}'");
    }
}

/// <summary>When one field matches, at least one of some others must have a value.</summary>
public sealed class ConditionalAtLeastOneOfCheck : Check
{
    /// <summary>The field that decides.</summary>
    public required string IfField { get; init; }

    /// <summary>What it must match for the first list to apply.</summary>
    public required Matcher IfMatch { get; init; }

    /// <summary>The fields of which one is needed then.</summary>
    public required IReadOnlyList<string> Then { get; init; }

    /// <summary>The message, with <c>%s</c> for the fields, or null for the usual one.</summary>
    public string? ThenError { get; init; }

    /// <summary>What the field must match for the second list to apply, when the first does not.</summary>
    public Matcher? ElseMatch { get; init; }

    /// <summary>The fields of which one is needed then.</summary>
    public IReadOnlyList<string>? ElseThen { get; init; }

    /// <summary>The message, with <c>%s</c> for the fields.</summary>
    public string? ElseError { get; init; }

    /// <inheritdoc/>
    public override JsonObject Show()
    {
        var body = new JsonObject { ["if_field"] = IfField, ["if_match"] = IfMatch.Show(), ["then_at_least_one_of"] = Names(Then) };
        if (ThenError is not null)
        {
            body["then_err"] = ThenError;
        }

        if (ElseMatch is not null)
        {
            body["else_match"] = ElseMatch.Show();
            body["else_then_at_least_one_of"] = Names(ElseThen!);
            if (ElseError is not null)
            {
                body["else_then_err"] = ElseError;
            }
        }

        return new JsonObject { ["conditional_at_least_one_of"] = body };
    }

    /// <inheritdoc/>
    public override Check Below(string prefix) => new ConditionalAtLeastOneOfCheck
    {
        IfField = $"{prefix}.{IfField}",
        IfMatch = IfMatch,
        Then = [.. Then.Select(f => $"{prefix}.{f}")],
        ThenError = ThenError,
        ElseMatch = ElseMatch,
        ElseThen = ElseThen is null ? null : [.. ElseThen.Select(f => $"{prefix}.{f}")],
        ElseError = ElseError,
    };

    /// <inheritdoc/>
    public override void Judge(CheckContext context)
    {
        if (context.Broken(IfField))
        {
            return;
        }

        var value = context.Value(IfField);
        if (IfMatch.Judge(value) is null)
        {
            Need(context, Then, ThenError);
        }
        else if (ElseMatch is not null && ElseMatch.Judge(value) is null)
        {
            Need(context, ElseThen!, ElseError);
        }
    }

    private static void Need(CheckContext context, IReadOnlyList<string> fields, string? error)
    {
        if (!fields.Any(context.NonEmpty))
        {
            context.Fail((error ?? "at least one of these fields must be non-empty: %s").Replace("%s", Messages.Quoted(fields), StringComparison.Ordinal));
        }
    }

    private static JsonArray Names(IReadOnlyList<string> fields) => new([.. fields.Select(f => (JsonNode?)JsonValue.Create(f))]);
}

/// <summary>A check in C# that <c>/schemas</c> shows by its sources alone.</summary>
/// <param name="sources">The fields it reads; it is skipped when one of them is already broken.</param>
/// <param name="judge">The judgement: a message or null.</param>
/// <param name="runWithMissingFields">Whether it runs when sources are missing.</param>
/// <param name="runWithInvalidFields">Whether it runs when sources are broken.</param>
public sealed class CustomCheck(
    IReadOnlyList<string> sources, Func<JsonObject, string?> judge, bool runWithMissingFields = false, bool runWithInvalidFields = false) : Check
{
    /// <inheritdoc/>
    public override JsonObject Show()
    {
        var body = new JsonObject { ["field_sources"] = new JsonArray([.. sources.Select(s => (JsonNode?)JsonValue.Create(s))]) };
        if (runWithMissingFields)
        {
            body["run_with_missing_fields"] = true;
        }

        if (runWithInvalidFields)
        {
            body["run_with_invalid_fields"] = true;
        }

        return new JsonObject { ["custom_entity_check"] = body };
    }

    /// <inheritdoc/>
    public override Check Below(string prefix) => this; // Its sources are whole paths already.

    /// <inheritdoc/>
    public override void Judge(CheckContext context)
    {
        if ((runWithInvalidFields || !sources.Any(context.Broken)) && judge(context.Record) is { } message)
        {
            context.Fail(message);
        }
    }
}

/// <summary>Begins a conditional check on a property.</summary>
/// <typeparam name="T">The declaring type.</typeparam>
public static class When<T>
{
    /// <summary>The property that decides.</summary>
    /// <param name="property">The property.</param>
    public static Condition Field(Expression<Func<T, object?>> property) => new(FieldPath.Of(property), null);

    /// <summary>A condition on a property, not yet bound to another.</summary>
    /// <param name="field">The field.</param>
    /// <param name="matcher">What it must match.</param>
    public sealed class Condition(string field, Matcher? matcher)
    {
        /// <summary>Applies when the value is one of those listed.</summary>
        /// <param name="values">Enum members or literals.</param>
        public Condition IsAnyOf(params object[] values) => new(field, Matcher.Of(new OneOfRule(EnumNames.Nodes(values))));

        /// <summary>Applies when the value is none of those listed.</summary>
        /// <param name="values">Enum members or literals.</param>
        public Condition IsNoneOf(params object[] values) => new(field, Matcher.Of(new NotOneOfRule(EnumNames.Nodes(values))));

        /// <summary>Applies when the value equals one.</summary>
        /// <param name="value">An enum member or literal.</param>
        public Condition Is(object value) => new(field, Matcher.Of(new EqualRule(EnumNames.Nodes(value)[0])));

        /// <summary>Applies when the number is greater than a bound.</summary>
        /// <param name="bound">The bound, itself excluded.</param>
        public Condition IsGreaterThan(double bound) => new(field, Matcher.Of(new GreaterThanRule(bound)));

        /// <summary>Applies when the text matches one of some Lua patterns.</summary>
        /// <param name="patterns">The patterns.</param>
        public Condition MatchesAny(params string[] patterns) => new(field, Matcher.Of(new MatchAnyRule(patterns, null)));

        /// <summary>Applies when the whole text matches a literal, shown as a pattern.</summary>
        /// <param name="value">An enum member or literal.</param>
        public Condition Matches(object value) => new(field, Matcher.Of(new MatchRule($"^{EnumNames.Nodes(value)[0]}$")));

        /// <summary>Applies when the list contains a value.</summary>
        /// <param name="value">An enum member or literal.</param>
        public Condition Contains(object value) => new(field, Matcher.Of(new ContainsRule(Json.Text(EnumNames.Nodes(value)[0]))));

        /// <summary>Applies when every element is one of those listed.</summary>
        /// <param name="values">Enum members or literals.</param>
        public Condition HasOnly(params object[] values) => new(field, Matcher.Each(new OneOfRule(EnumNames.Nodes(values))));

        /// <summary>Applies when no element is one of those listed.</summary>
        /// <param name="values">Enum members or literals.</param>
        public Condition HasNone(params object[] values) => new(field, Matcher.Each(new NotOneOfRule(EnumNames.Nodes(values))));

        /// <summary>Then another property is null.</summary>
        /// <param name="property">The property.</param>
        public Check ThenNull(Expression<Func<T, object?>> property) => Then(property, Matcher.Of(new EqualRule(null)), null);

        /// <summary>Then another property has a value.</summary>
        /// <param name="property">The property.</param>
        public Check ThenRequired(Expression<Func<T, object?>> property) => Then(property, Matcher.Present, null);

        /// <summary>Then another property is one of some values.</summary>
        /// <param name="property">The property.</param>
        /// <param name="values">Enum members or literals.</param>
        public Check ThenOneOf(Expression<Func<T, object?>> property, params object[] values) =>
            Then(property, Matcher.Of(new OneOfRule(EnumNames.Nodes(values))), null);

        /// <summary>Then another property matches.</summary>
        /// <param name="property">The property.</param>
        /// <param name="match">What it must match.</param>
        /// <param name="error">The text that replaces the usual message.</param>
        public Check Then(Expression<Func<T, object?>> property, Matcher match, string? error) => new ConditionalCheck
        {
            IfField = field,
            IfMatch = matcher!,
            ThenField = FieldPath.Of(property),
            ThenMatch = match,
            ThenError = error,
        };

        /// <summary>Then at least one of some properties has a value.</summary>
        /// <param name="error">The message, with <c>%s</c> for the fields.</param>
        /// <param name="properties">The properties.</param>
        public ConditionalAtLeastOneOfCheck ThenAtLeastOne(string? error, params Expression<Func<T, object?>>[] properties) => new()
        {
            IfField = field,
            IfMatch = matcher!,
            Then = FieldPath.Of(properties),
            ThenError = error,
        };

        /// <summary>Then at least one of some properties, or, when only the other condition holds, of some others has a value.</summary>
        /// <param name="then">The check of this condition.</param>
        /// <param name="otherwise">The check of the other condition.</param>
        public static Check Either(ConditionalAtLeastOneOfCheck then, ConditionalAtLeastOneOfCheck otherwise) => new ConditionalAtLeastOneOfCheck
        {
            IfField = then.IfField,
            IfMatch = then.IfMatch,
            Then = then.Then,
            ThenError = then.ThenError,
            ElseMatch = otherwise.IfMatch,
            ElseThen = otherwise.Then,
            ElseError = otherwise.ThenError,
        };
    }
}
