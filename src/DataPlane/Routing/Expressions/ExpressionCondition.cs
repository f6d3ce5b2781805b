using Gateway.Entities.Expressions;

namespace Gateway.DataPlane.Routing.Expressions;

/// <summary>An expression, compiled: judges requests without looking anything up by name.</summary>
internal abstract class ExpressionCondition
{
    /// <summary>Compiles an expression.</summary>
    /// <param name="node">The expression.</param>
    public static ExpressionCondition Compile(ExpressionNode node) => node switch
    {
        ExpressionNode.And and => new All(Compile(and.Left), Compile(and.Right)),
        ExpressionNode.Or or => new Either(Compile(or.Left), Compile(or.Right)),
        ExpressionNode.Not not => new Unless(Compile(not.Inner)),
        ExpressionNode.Predicate { Field.Type: ExpressionType.Number } predicate => new NumberCondition(predicate),
        ExpressionNode.Predicate { Field.Type: ExpressionType.Address } predicate => new AddressCondition(predicate),
        ExpressionNode.Predicate predicate => new TextCondition(predicate),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    /// <summary>Whether a request fulfils it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="finding">Takes what of the path matched.</param>
    public abstract bool Holds(in RouterRequest request, ref ExpressionFinding finding);

    private sealed class All(ExpressionCondition left, ExpressionCondition right) : ExpressionCondition
    {
        public override bool Holds(in RouterRequest request, ref ExpressionFinding finding) => left.Holds(request, ref finding) && right.Holds(request, ref finding);
    }

    private sealed class Either(ExpressionCondition left, ExpressionCondition right) : ExpressionCondition
    {
        public override bool Holds(in RouterRequest request, ref ExpressionFinding finding) => left.Holds(request, ref finding) || right.Holds(request, ref finding);
    }

    private sealed class Unless(ExpressionCondition inner) : ExpressionCondition
    {
        public override bool Holds(in RouterRequest request, ref ExpressionFinding finding) => !inner.Holds(request, ref finding);
    }
}
