using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A number between two bounds, both included.</summary>
/// <param name="low">The lower bound.</param>
/// <param name="high">The upper bound.</param>
[AttributeUsage(AttributeTargets.Property)]
public class BetweenAttribute(double low, double high) : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules => [new BetweenRule(low, high)];
}

/// <summary>A TCP or UDP port, 0 to 65535.</summary>
public sealed class PortAttribute() : BetweenAttribute(0, 65535);

/// <summary>A time span of 1 to 2147483646 milliseconds.</summary>
public sealed class MillisecondsAttribute() : BetweenAttribute(1, 2147483646);

/// <summary>A number greater than a bound.</summary>
/// <param name="bound">The bound, itself excluded.</param>
public sealed class GreaterThanAttribute(double bound) : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules => [new GreaterThanRule(bound)];
}

/// <summary>A value out of a list.</summary>
/// <param name="values">The values: enum members, texts or numbers.</param>
public sealed class OneOfAttribute(params object[] values) : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules => [new OneOfRule(EnumNames.Nodes(values))];
}

/// <summary>A value outside a list.</summary>
/// <param name="values">The values.</param>
public sealed class NotOneOfAttribute(params object[] values) : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules => [new NotOneOfRule(EnumNames.Nodes(values))];
}

/// <summary>A text or list of a minimal length.</summary>
/// <param name="length">The length: bytes of a text, elements of a list.</param>
public sealed class MinLengthAttribute(int length) : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules => [new LengthRule(LengthKind.AtLeast, length)];
}

/// <summary>A text or list of a maximal length.</summary>
/// <param name="length">The length: bytes of a text, elements of a list.</param>
public sealed class MaxLengthAttribute(int length) : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules => [new LengthRule(LengthKind.AtMost, length)];
}

/// <summary>A text that matches a Lua pattern.</summary>
/// <param name="pattern">The pattern.</param>
public sealed class MatchAttribute(string pattern) : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules => [new MatchRule(pattern)];
}

/// <summary>The protocols of a route or plugin, of one family only.</summary>
public sealed class OneProtocolFamilyAttribute : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules =>
    [
        new LengthRule(LengthKind.AtLeast, 1),
        new ExclusiveSetsRule(["http", "https"], ["tcp", "tls", "udp"], ["tls_passthrough"], ["grpc", "grpcs"]),
    ];
}

/// <summary>A text judged by a method that is named here; the rule is not shown in <c>/schemas</c>.</summary>
public abstract class TextRuleAttribute : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules => [new CustomRule(node => Judge(Json.String(node)!))];

    /// <summary>Judges a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>What is wrong, or null.</returns>
    protected abstract string? Judge(string text);
}
