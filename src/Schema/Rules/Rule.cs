using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>A rule that one value keeps; it shows itself in <c>/schemas</c> and judges.</summary>
public abstract class Rule
{
    /// <summary>The key under which the rule is shown, or null for a rule that is not.</summary>
    public abstract string? Key { get; }

    /// <summary>The place in the order of judgement; the first broken rule is the one reported.</summary>
    public abstract int Order { get; }

    /// <summary>The rule's parameter as it is shown.</summary>
    public virtual JsonNode? Show() => null;

    /// <summary>Whether the rule has something to say about values of that kind.</summary>
    /// <param name="type">The kind of value.</param>
    public virtual bool Fits(FieldType type) => type is FieldType.String;

    /// <summary>Judges a value that is of the right kind.</summary>
    /// <param name="value">The value; null for JSON null.</param>
    /// <returns>What is wrong, in Kong's words, or null.</returns>
    public abstract string? Judge(JsonNode? value);
}

/// <summary>An attribute that stands for one or more rules.</summary>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public abstract class RuleAttribute : Attribute
{
    /// <summary>The level of a compound field that the rules judge; by default the first that they fit.</summary>
    public Level On { get; init; }

    /// <summary>Whether the schema says of the elements that they are required.</summary>
    public virtual bool RequiresElements => false;

    /// <summary>The rules.</summary>
    public abstract IEnumerable<Rule> Rules { get; }
}

/// <summary>The levels of a compound field.</summary>
public enum Level
{
    /// <summary>The first level that the rule fits.</summary>
    FirstThatFits,

    /// <summary>The field itself.</summary>
    Field,

    /// <summary>A list's elements.</summary>
    Elements,

    /// <summary>A map's keys.</summary>
    Keys,

    /// <summary>A map's values.</summary>
    Values,
}
