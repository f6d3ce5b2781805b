using System.Net;

namespace Gateway.Entities.Expressions;

/// <summary>An expression of the router's language, read and typed.</summary>
public abstract record ExpressionNode
{
    private ExpressionNode()
    {
    }

    /// <summary>Both must hold.</summary>
    /// <param name="Left">The one that is tried first.</param>
    /// <param name="Right">The other.</param>
    public sealed record And(ExpressionNode Left, ExpressionNode Right) : ExpressionNode;

    /// <summary>One must hold.</summary>
    /// <param name="Left">The one that is tried first.</param>
    /// <param name="Right">The other.</param>
    public sealed record Or(ExpressionNode Left, ExpressionNode Right) : ExpressionNode;

    /// <summary>It must not hold.</summary>
    /// <param name="Inner">The condition.</param>
    public sealed record Not(ExpressionNode Inner) : ExpressionNode;

    /// <summary>A field compared with a value.</summary>
    /// <param name="Field">The field.</param>
    /// <param name="Lower">Whether the field's values are compared in lower case.</param>
    /// <param name="Any">Whether one of several values is enough; otherwise all must fit.</param>
    /// <param name="Operator">How they are compared.</param>
    /// <param name="Value">The value.</param>
    public sealed record Predicate(ExpressionField Field, bool Lower, bool Any, ExpressionOperator Operator, ExpressionValue Value) : ExpressionNode;
}

/// <summary>How a field is compared with a value.</summary>
public enum ExpressionOperator
{
    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>~</c></summary>
    Matches,

    /// <summary><c>^=</c></summary>
    StartsWith,

    /// <summary><c>=^</c></summary>
    EndsWith,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>in</c></summary>
    In,

    /// <summary><c>not in</c></summary>
    NotIn,

    /// <summary><c>contains</c></summary>
    Contains,
}

/// <summary>A value of the expression language.</summary>
public abstract record ExpressionValue
{
    private ExpressionValue()
    {
    }

    /// <summary>A string; after <c>~</c> a regular expression.</summary>
    /// <param name="Value">The string.</param>
    public sealed record Text(string Value) : ExpressionValue;

    /// <summary>An integer.</summary>
    /// <param name="Value">The integer.</param>
    public sealed record Number(long Value) : ExpressionValue;

    /// <summary>An IP address.</summary>
    /// <param name="Value">The address.</param>
    public sealed record Address(IPAddress Value) : ExpressionValue;

    /// <summary>A range of IP addresses.</summary>
    /// <param name="Value">The range.</param>
    public sealed record Range(IPNetwork Value) : ExpressionValue;
}
