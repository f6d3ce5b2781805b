namespace Gateway.Entities.Expressions;

/// <summary>Which operators fit which fields and values.</summary>
internal static class ExpressionTypes
{
    /// <summary>Judges a comparison.</summary>
    /// <param name="predicate">The comparison.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Judge(ExpressionNode.Predicate predicate)
    {
        var (type, value) = (predicate.Field.Type, predicate.Value);
        if (predicate.Lower && type is not ExpressionType.Text)
        {
            return "lower-case transformation function only supported with String type fields";
        }

        return predicate.Operator switch
        {
            ExpressionOperator.Matches => value is not ExpressionValue.Text ? "regex operator can only be used with String operands"
                : type is not ExpressionType.Text ? "Regex operators only supports string operands" : null,
            ExpressionOperator.In or ExpressionOperator.NotIn => type is ExpressionType.Address && value is ExpressionValue.Range ? null
                : "In/NotIn operators only supports IP in CIDR",
            _ when !Fits(type, value) => "Type mismatch between the LHS and RHS values of predicate",
            ExpressionOperator.StartsWith or ExpressionOperator.EndsWith => type is ExpressionType.Text ? null : "Regex/Prefix/Postfix operators only supports string operands",
            ExpressionOperator.Greater or ExpressionOperator.GreaterOrEqual or ExpressionOperator.Less or ExpressionOperator.LessOrEqual =>
                type is ExpressionType.Number ? null : "Greater/GreaterOrEqual/Lesser/LesserOrEqual operators only supports integer operands",
            ExpressionOperator.Contains => type is ExpressionType.Text ? null : "Contains operator only supports string operands",
            _ => null,
        };
    }

    private static bool Fits(ExpressionType type, ExpressionValue value) => value switch
    {
        ExpressionValue.Text => type is ExpressionType.Text,
        ExpressionValue.Number => type is ExpressionType.Number,
        ExpressionValue.Address => type is ExpressionType.Address,
        _ => false,
    };
}
