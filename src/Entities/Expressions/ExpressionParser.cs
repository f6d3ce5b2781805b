using System.Text;

namespace Gateway.Entities.Expressions;

/// <summary>Reads expressions of the router's language; <c>||</c> binds tighter than <c>&amp;&amp;</c>.</summary>
public ref struct ExpressionParser
{
    // Deeper ones are not written by people; the stack must hold.
    private const int MaxDepth = 64;
    private readonly string _text;
    private readonly bool _stream;
    private int _at;
    private int _depth;
    private string? _error;

    private ExpressionParser(string text, bool stream)
    {
        _text = text;
        _stream = stream;
    }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="stream">Whether the route takes streams, which have no HTTP fields.</param>
    /// <param name="node">The expression, when nothing is wrong.</param>
    /// <param name="error">What is wrong, when something is.</param>
    public static bool TryParse(string text, bool stream, out ExpressionNode? node, out string? error)
    {
        var parser = new ExpressionParser(text, stream);
        node = parser.Conjunction();
        if (parser._error is null && !parser.AtEnd())
        {
            parser.Expect("EOI, and_op, or or_op");
        }

        error = parser._error;
        node = error is null ? node : null;
        return error is null;
    }

    private ExpressionNode? Conjunction()
    {
        var left = Disjunction();
        while (_error is null && Take("&&"))
        {
            var right = Disjunction();
            left = left is null || right is null ? null : new ExpressionNode.And(left, right);
        }

        return left;
    }

    private ExpressionNode? Disjunction()
    {
        var left = Term();
        while (_error is null && Take("||"))
        {
            var right = Term();
            left = left is null || right is null ? null : new ExpressionNode.Or(left, right);
        }

        return left;
    }

    private ExpressionNode? Term()
    {
        var start = SkipSpace();
        var negated = !_text.AsSpan(_at).StartsWith("!=") && Take("!");
        if (!Take("("))
        {
            return negated ? Expect("\"(\"") : Predicate();
        }

        if (++_depth > MaxDepth)
        {
            return Fail(start, _at, "the expression is nested too deep");
        }

        var inner = Conjunction();
        _depth--;
        if (_error is null && !Take(")"))
        {
            return Expect("and_op, or_op, or \")\"");
        }

        return inner is null || !negated ? inner : new ExpressionNode.Not(inner);
    }

    private ExpressionNode? Predicate()
    {
        var start = SkipSpace();
        var (lower, any, closings) = (false, false, 0);
        var name = Identifier();
        while (name is not null && Take("("))
        {
            if (name is not ("lower" or "any"))
            {
                return Fail(start, start + name.Length, $"unknown transformation function: {name}");
            }

            (lower, any) = (lower || name is "lower", any || name is "any");
            closings++;
            SkipSpace();
            name = Identifier();
        }

        if (name is null)
        {
            return Expect(closings > 0 ? "lhs" : "term");
        }

        for (; closings > 0; closings--)
        {
            if (!Take(")"))
            {
                return Expect("\")\"");
            }
        }

        if (Operator() is not { } comparison)
        {
            return Expect("binary_operator");
        }

        SkipSpace();
        var (value, end, reason) = ExpressionLiteral.Read(_text, _at);
        if (value is null)
        {
            return reason is null ? Expect("rhs") : Fail(_at, end, reason);
        }

        _at = end;
        if (ExpressionField.Find(name, _stream) is not { } field)
        {
            return Fail("Unknown LHS field");
        }

        var predicate = new ExpressionNode.Predicate(field, lower, any, comparison, value);
        if (comparison is ExpressionOperator.Matches && value is ExpressionValue.Text pattern && RustRegex.Judge(pattern.Value) is { } bad)
        {
            return Fail(start, end, bad);
        }

        return ExpressionTypes.Judge(predicate) is { } mismatch ? Fail(mismatch) : predicate;
    }

    private ExpressionOperator? Operator()
    {
        foreach (var (sign, meaning) in ((string, ExpressionOperator)[])[
            ("==", ExpressionOperator.Equal), ("!=", ExpressionOperator.NotEqual), ("~", ExpressionOperator.Matches), ("^=", ExpressionOperator.StartsWith), ("=^", ExpressionOperator.EndsWith),
            (">=", ExpressionOperator.GreaterOrEqual), (">", ExpressionOperator.Greater), ("<=", ExpressionOperator.LessOrEqual), ("<", ExpressionOperator.Less),
            ("contains", ExpressionOperator.Contains), ("in", ExpressionOperator.In)])
        {
            if (Take(sign))
            {
                return meaning;
            }
        }

        return Take("not") && Take("in") ? ExpressionOperator.NotIn : null;
    }

    private string? Identifier()
    {
        SkipSpace();
        var end = _at;
        while (end < _text.Length && (char.IsAsciiLetter(_text[end]) || (end > _at && (char.IsAsciiDigit(_text[end]) || _text[end] is '_' or '.'))))
        {
            end++;
        }

        var name = end > _at ? _text[_at..end] : null;
        _at = end;
        return name;
    }

    private bool Take(string sign)
    {
        SkipSpace();
        if (!_text.AsSpan(_at).StartsWith(sign, StringComparison.Ordinal))
        {
            return false;
        }

        _at += sign.Length;
        return true;
    }

    private int SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }

        return _at;
    }

    private bool AtEnd() => SkipSpace() == _text.Length;

    private ExpressionNode? Expect(string what)
    {
        SkipSpace();
        _error ??= ExpressionError.Expected(_text, _at, what);
        return null;
    }

    private ExpressionNode? Fail(int start, int end, string reason) => Fail(ExpressionError.Of(_text, start, end, reason));

    private ExpressionNode? Fail(string error)
    {
        _error ??= error;
        return null;
    }
}
