using Gateway.Entities;
using Gateway.Entities.Expressions;

namespace Gateway.DataPlane.Routing.Expressions;

/// <summary>Compares a text, or each of several.</summary>
internal sealed class TextCondition : ExpressionCondition
{
    private const int OnStack = 256;
    private readonly ExpressionField _field;
    private readonly ExpressionOperator _operator;
    private readonly bool _lower;
    private readonly bool _any;
    private readonly string _value;
    private readonly BoundedRegex? _pattern;
    private readonly string _dashed;

    /// <summary>Compiles the comparison.</summary>
    /// <param name="predicate">The comparison.</param>
    public TextCondition(ExpressionNode.Predicate predicate)
    {
        (_field, _operator, _lower, _any) = (predicate.Field, predicate.Operator, predicate.Lower, predicate.Any);
        _value = ((ExpressionValue.Text)predicate.Value).Value;
        _pattern = _operator is ExpressionOperator.Matches ? new BoundedRegex(RustRegex.Translate(_value)) : null;
        _dashed = _field.Name.Replace('_', '-');
    }

    /// <inheritdoc/>
    public override bool Holds(in RouterRequest request, ref ExpressionFinding finding)
    {
        switch (_field.Subject)
        {
            case ExpressionSubject.Protocol:
                return Fits(request.Protocol, ref finding);
            case ExpressionSubject.Method:
                return Fits(request.Method, ref finding);
            case ExpressionSubject.Path:
                return Fits(request.Path, ref finding);
            case ExpressionSubject.Host:
                return !request.Host.IsEmpty && Fits(request.Host, ref finding);
            case ExpressionSubject.ServerName:
                return request.Sni is { Length: > 0 } sni && Fits(sni.AsSpan().TrimEnd('.'), ref finding);
            case ExpressionSubject.PathSegments:
                return PathSegments.TryCut(request.Path, _field.First, _field.Last, out var segments) && Fits(segments, ref finding);
            case ExpressionSubject.Header:
                return HoldsHeader(request, ref finding);
            default:
                return HoldsQuery(request, ref finding);
        }
    }

    private bool HoldsHeader(in RouterRequest request, ref ExpressionFinding finding)
    {
        var lines = request.Headers[_dashed];
        if (lines.Count is 0 && _dashed != _field.Name)
        {
            lines = request.Headers[_field.Name];
        }

        foreach (var line in lines)
        {
            if (Fits(line, ref finding) == _any)
            {
                return _any;
            }
        }

        return !_any && lines.Count > 0;
    }

    private bool HoldsQuery(in RouterRequest request, ref ExpressionFinding finding)
    {
        var found = false;
        foreach (var (name, value) in new QueryParts(request.Query))
        {
            if (!QueryParts.Is(name, _field.Name))
            {
                continue;
            }

            found = true;
            var fits = value.ContainsAny('%', '+') ? Fits(QueryParts.Decode(value), ref finding) : Fits(value, ref finding);
            if (fits == _any)
            {
                return _any;
            }
        }

        return !_any && found;
    }

    private bool Fits(ReadOnlySpan<char> text, ref ExpressionFinding finding)
    {
        if (!_lower)
        {
            return Compare(text, ref finding);
        }

        Span<char> lower = text.Length <= OnStack ? stackalloc char[OnStack] : new char[text.Length];
        return Compare(lower[..text.ToLowerInvariant(lower)], ref finding);
    }

    private bool Compare(ReadOnlySpan<char> text, ref ExpressionFinding finding)
    {
        switch (_operator)
        {
            case ExpressionOperator.Equal:
                return text.SequenceEqual(_value) && Found(_value.Length, ref finding);
            case ExpressionOperator.NotEqual:
                return !text.SequenceEqual(_value);
            case ExpressionOperator.StartsWith:
                return text.StartsWith(_value) && Found(_value.Length, ref finding);
            case ExpressionOperator.EndsWith:
                return text.EndsWith(_value) && Found(_value.Length, ref finding);
            case ExpressionOperator.Contains:
                return text.Contains(_value, StringComparison.Ordinal);
            case ExpressionOperator.Matches:
                var length = _pattern!.MatchLength(text);
                if (length < 0)
                {
                    return false;
                }

                finding.Pattern = _pattern;
                finding.Text = _field.Subject is ExpressionSubject.Path && !_lower ? null : text.ToString();
                return Found(length, ref finding);
            default:
                return false;
        }
    }

    // Whatever was compared with the path tells how much of its beginning counts as matched.
    private bool Found(int length, ref ExpressionFinding finding)
    {
        if (_field.Subject is ExpressionSubject.Path)
        {
            finding.MatchedLength = length;
        }

        return true;
    }
}
