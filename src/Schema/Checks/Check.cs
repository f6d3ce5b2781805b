using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>A rule between the fields of a record; it shows itself in <c>/schemas</c> and judges.</summary>
public abstract class Check
{
    /// <summary>The check as <c>/schemas</c> shows it.</summary>
    public abstract JsonObject Show();

    /// <summary>Judges a record whose fields have been judged already.</summary>
    /// <param name="context">The record, its path prefix and the violations found so far.</param>
    public abstract void Judge(CheckContext context);

    /// <summary>The same check with every field path moved below a record.</summary>
    /// <param name="prefix">The record's name, such as <c>config</c>.</param>
    public abstract Check Below(string prefix);
}

/// <summary>What a check sees and where it reports to.</summary>
/// <param name="record">The record.</param>
/// <param name="violations">The violations at the record's level.</param>
/// <param name="updating">Whether an existing row is being changed, which some messages say.</param>
public sealed class CheckContext(JsonObject record, Violations violations, bool updating)
{
    /// <summary>The record.</summary>
    public JsonObject Record => record;

    /// <summary>Whether an existing row is being changed.</summary>
    public bool Updating => updating;

    /// <summary>The value at a path, or null.</summary>
    /// <param name="path">The dotted path.</param>
    public JsonNode? Value(string path) => Json.At(record, path);

    /// <summary>Whether a field at that path is already reported as broken.</summary>
    /// <param name="path">The dotted path.</param>
    public bool Broken(string path) => violations.Has(path);

    /// <summary>Whether a record that the path leads through is reported as broken as a whole.</summary>
    /// <param name="path">The dotted path.</param>
    public bool BrokenAbove(string path)
    {
        for (var dot = path.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = path.IndexOf('.', dot + 1))
        {
            if (violations.IsMessage(path[..dot]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the value at a path is neither null nor an empty text.</summary>
    /// <param name="path">The dotted path.</param>
    public bool NonEmpty(string path) => Value(path) is { } value && Json.String(value) is not "" && value is not JsonArray { Count: 0 };

    /// <summary>Reports a violation of the record as a whole.</summary>
    /// <param name="message">The message.</param>
    public void Fail(string message) => violations.AddEntity(message);

    /// <summary>Reports a violation at a field, in place of what stands there.</summary>
    /// <param name="path">The dotted path.</param>
    /// <param name="message">The message.</param>
    public void FailAt(string path, string message) => violations.AddAt(path, message);
}

/// <summary>What a value must look like for a conditional check: some rules, possibly of its elements.</summary>
/// <param name="Rules">The rules of the value.</param>
/// <param name="Elements">The schema of its elements, or null.</param>
/// <param name="Required">Whether the value must be there.</param>
public sealed record Matcher(IReadOnlyList<Rule> Rules, FieldSchema? Elements = null, bool Required = false)
{
    /// <summary>A matcher of one rule.</summary>
    /// <param name="rule">The rule.</param>
    public static Matcher Of(Rule rule) => new([rule]);

    /// <summary>A matcher of every element of a list of texts.</summary>
    /// <param name="rule">The rule of the elements.</param>
    public static Matcher Each(Rule rule) => new([], new FieldSchema { Type = FieldType.String, Rules = [rule] });

    /// <summary>A matcher that needs a value to be there.</summary>
    public static Matcher Present { get; } = new([], null, true);

    /// <summary>The matcher as <c>/schemas</c> shows it.</summary>
    public JsonObject Show()
    {
        var shown = new JsonObject();
        if (Required)
        {
            shown["required"] = true;
        }

        foreach (var rule in Rules.Where(r => r.Key is not null))
        {
            shown[rule.Key!] = rule.Show();
        }

        if (Elements is not null)
        {
            shown["elements"] = SchemaRenderer.Field(Elements);
        }

        return shown;
    }

    /// <summary>Judges a value as an unnamed field would be judged: null passes every rule but <c>eq</c>, <c>ne</c> and <c>required</c>.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The first message, or null.</returns>
    public string? Judge(JsonNode? value)
    {
        if (value is null)
        {
            return Required ? Messages.Required : Rules.Where(r => r is EqualRule or NotEqualRule).Select(r => r.Judge(null)).FirstOrDefault(m => m is not null);
        }

        var message = Rules.OrderBy(r => r.Order).Select(r => r.Judge(value)).FirstOrDefault(m => m is not null);
        return message ?? (Elements is not null && value is JsonArray array
            ? array.SelectMany(e => Elements.Rules.Select(r => r.Judge(e))).FirstOrDefault(m => m is not null)
            : null);
    }
}
