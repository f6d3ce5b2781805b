using System.Net;
using Gateway.Entities.Expressions;

namespace Gateway.DataPlane.Routing.Expressions;

/// <summary>Compares an IP address.</summary>
/// <param name="predicate">The comparison.</param>
internal sealed class AddressCondition(ExpressionNode.Predicate predicate) : ExpressionCondition
{
    private readonly bool _isSource = predicate.Field.Subject is ExpressionSubject.SourceAddress;
    private readonly bool _negated = predicate.Operator is ExpressionOperator.NotEqual or ExpressionOperator.NotIn;
    private readonly IPNetwork _network = predicate.Value switch
    {
        ExpressionValue.Range range => range.Value,
        ExpressionValue.Address address => new IPNetwork(address.Value, address.Value.GetAddressBytes().Length * 8),
        _ => throw new ArgumentOutOfRangeException(nameof(predicate)),
    };

    /// <inheritdoc/>
    public override bool Holds(in RouterRequest request, ref ExpressionFinding finding)
    {
        var address = _isSource ? request.Source : request.Destination;
        address = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        // A field without a value fulfils nothing, not even that it differs.
        return address is not null && _network.Contains(address) != _negated;
    }
}
