using Gateway.Entities.Expressions;

namespace Gateway.DataPlane.Routing.Expressions;

/// <summary>Compares a port or a count.</summary>
/// <param name="predicate">The comparison.</param>
internal sealed class NumberCondition(ExpressionNode.Predicate predicate) : ExpressionCondition
{
    private readonly ExpressionSubject _subject = predicate.Field.Subject;
    private readonly ExpressionOperator _operator = predicate.Operator;
    private readonly long _value = ((ExpressionValue.Number)predicate.Value).Value;

    /// <inheritdoc/>
    public override bool Holds(in RouterRequest request, ref ExpressionFinding finding)
    {
        long value = _subject switch
        {
            ExpressionSubject.SourcePort => request.SourcePort,
            ExpressionSubject.DestinationPort => request.Port,
            _ => PathSegments.Count(request.Path),
        };
        return _operator switch
        {
            ExpressionOperator.Equal => value == _value,
            ExpressionOperator.NotEqual => value != _value,
            ExpressionOperator.Greater => value > _value,
            ExpressionOperator.GreaterOrEqual => value >= _value,
            ExpressionOperator.Less => value < _value,
            ExpressionOperator.LessOrEqual => value <= _value,
            _ => false,
        };
    }
}
