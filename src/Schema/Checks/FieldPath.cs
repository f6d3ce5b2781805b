using System.Linq.Expressions;

namespace Gateway.Schema;

/// <summary>Turns property expressions into the names that fields have on the wire.</summary>
public static class FieldPath
{
    /// <summary>The dotted wire name of a property, such as <c>redis.host</c> for <c>c =&gt; c.Redis.Host</c>.</summary>
    /// <typeparam name="T">The declaring type.</typeparam>
    /// <param name="property">The property.</param>
    /// <exception cref="ArgumentException">The expression is not a chain of properties.</exception>
    public static string Of<T>(Expression<Func<T, object?>> property)
    {
        var names = new Stack<string>();
        var node = property.Body is UnaryExpression { NodeType: ExpressionType.Convert } convert ? convert.Operand : property.Body;
        while (node is MemberExpression member)
        {
            names.Push(Wire.Name(member.Member));
            node = member.Expression;
        }

        return node is ParameterExpression ? string.Join('.', names) : throw new ArgumentException($"'{property}' is not a chain of properties");
    }

    /// <summary>The wire names of several properties.</summary>
    /// <typeparam name="T">The declaring type.</typeparam>
    /// <param name="properties">The properties.</param>
    public static IReadOnlyList<string> Of<T>(IEnumerable<Expression<Func<T, object?>>> properties) => [.. properties.Select(Of)];
}
