using System.Net;
using Gateway.PluginSdk;

namespace Gateway.Plugins.IpRestriction;

/// <summary>Lets clients in, or keeps them out, by their address.</summary>
[Plugin("ip-restriction", Priority = 990, Protocols = PluginProtocols.HttpAndStreams, RunsOn = ["http", "https", "tcp", "tls", "grpc", "grpcs"])]
public sealed class IpRestrictionPlugin : IAccess<IpRestrictionConfig>, IPreread<IpRestrictionConfig>
{
    private readonly Prepared<IpRestrictionConfig, Plan> _plans = new(static config => new Plan(config));

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, IpRestrictionConfig config)
    {
        if (!IsAllowed(exchange.ClientIp, config))
        {
            exchange.Error((int)(config.Status ?? 403), config.Message ?? $"IP address not allowed: {exchange.ClientIp}");
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask PrereadAsync(StreamSession session, IpRestrictionConfig config)
    {
        if (!IsAllowed(session.ClientIp, config))
        {
            session.Refuse((int)(config.Status ?? 403), config.Message ?? $"IP address not allowed: {session.ClientIp}");
        }

        return default;
    }

    private bool IsAllowed(IPAddress address, IpRestrictionConfig config)
    {
        var plan = _plans.Of(config);
        return plan.Deny?.Contains(address) is not true && plan.Allow?.Contains(address) is not false;
    }

    private sealed class Plan(IpRestrictionConfig config)
    {
        public IpRanges? Deny { get; } = config.Deny is { Count: > 0 } deny ? IpRanges.Of(deny) : null;

        public IpRanges? Allow { get; } = config.Allow is { Count: > 0 } allow ? IpRanges.Of(allow) : null;
    }
}
