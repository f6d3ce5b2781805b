using Gateway.PluginSdk;

namespace Gateway.Plugins.IpRestriction;

/// <summary>Lets clients in, or keeps them out, by their address.</summary>
[Plugin("ip-restriction", Priority = 990, Protocols = PluginProtocols.HttpAndStreams, RunsOn = ["http", "https", "tcp", "tls", "grpc", "grpcs"])]
public sealed class IpRestrictionPlugin : IAccess<IpRestrictionConfig>
{
    private readonly Prepared<IpRestrictionConfig, Plan> _plans = new(static config => new Plan(config));

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, IpRestrictionConfig config)
    {
        var address = exchange.ClientIp;
        var plan = _plans.Of(config);
        if (plan.Deny?.Contains(address) is true || plan.Allow?.Contains(address) is false)
        {
            exchange.Error((int)(config.Status ?? 403), config.Message ?? $"IP address not allowed: {address}");
        }

        return default;
    }

    private sealed class Plan(IpRestrictionConfig config)
    {
        public IpRanges? Deny { get; } = config.Deny is { Count: > 0 } deny ? IpRanges.Of(deny) : null;

        public IpRanges? Allow { get; } = config.Allow is { Count: > 0 } allow ? IpRanges.Of(allow) : null;
    }
}
