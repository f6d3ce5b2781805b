using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A host name or IP address without a port.</summary>
public sealed class HostAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => HostName.TryParse(text, out var host, out _)
        ? host.Port is null ? null : "must not have a port"
        : $"invalid value: {text}";
}

/// <summary>A host name or IP address, with or without a port.</summary>
public sealed class HostWithPortAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => HostName.TryParse(text, out _, out var error) ? null : error;
}

/// <summary>A route's host: a name, with or without a port, with at most one <c>*</c> at its leftmost or rightmost label.</summary>
public sealed class RouteHostAttribute : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules =>
    [
        new MatchEachRule([("^[^*]*%*?[^*]*$", "invalid wildcard: must have at most one wildcard")], none: false),
        new MatchAnyRule([@"^%*%.", @"%.%*$", "^[^*]*$"], "invalid wildcard: must be placed at leftmost or rightmost label"),
        new CustomRule(node => HostName.TryParse(Json.String(node)!.Replace("*", "abc", StringComparison.Ordinal), out _, out var error) ? null : error),
    ];
}

/// <summary>A server name: a host name without a port, no IP address, with at most one <c>*</c> at its leftmost or rightmost label.</summary>
/// <param name="wildcard">Whether a <c>*</c> is allowed.</param>
public sealed class ServerNameAttribute(bool wildcard = true) : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text)
    {
        var stars = text.Count(c => c is '*');
        if (wildcard && stars > 0)
        {
            if (stars > 1)
            {
                return "only one wildcard must be specified";
            }

            if (!text.StartsWith("*.", StringComparison.Ordinal) && !text.EndsWith(".*", StringComparison.Ordinal))
            {
                return "wildcard must be leftmost or rightmost character";
            }

            text = text.Replace("*", "wildcard", StringComparison.Ordinal);
        }

        if (!HostName.TryParse(text, out var host, out _))
        {
            return $"invalid value: {text}";
        }

        return host.Kind is not HostKind.Name ? "must not be an IP" : host.Port is not null ? "must not have a port" : null;
    }
}

/// <summary>An upstream's name: a host name, no IP address, no port.</summary>
public sealed class UpstreamNameAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => !HostName.TryParse(text, out var host, out _) ? $"Invalid name ('{text}'); must be a valid hostname"
        : host.Kind is not HostKind.Name ? $"Invalid name ('{text}'); no ip addresses allowed"
        : host.Port is not null ? $"Invalid name ('{text}'); no port allowed"
        : null;
}

/// <summary>A target: a host name or IP address with an optional port.</summary>
public sealed class TargetAddressAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) =>
        HostName.TryParse(text, out _, out _) ? null : $"Invalid target ('{text}'); not a valid hostname or ip address";
}

/// <summary>An IP address or a range in CIDR notation.</summary>
public sealed class IpOrCidrAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => System.Net.IPAddress.TryParse(text, out var ip) && (ip.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6 || text.Count(c => c is '.') is 3)
            || System.Net.IPNetwork.TryParse(HostName.Masked(text), out _)
        ? null
        : $"invalid ip or cidr range: '{text}'";
}
