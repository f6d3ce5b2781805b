using Gateway.PluginSdk;

namespace Gateway.Plugins.BotDetection;

/// <summary>Refuses clients whose user agent is one of a bot.</summary>
[Plugin("bot-detection", Priority = 2500, Forbids = PluginScopes.Consumer)]
public sealed class BotDetectionPlugin : IAccess<BotDetectionConfig>
{
    private readonly Prepared<BotDetectionConfig, AgentRules> _rules = new(static config => new AgentRules(config));

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, BotDetectionConfig config)
    {
        var agents = exchange.RequestHeaders.UserAgent;
        if (agents.Count > 1)
        {
            exchange.Error(400, "Only one User-Agent header allowed");
        }
        else if (agents is [{ Length: > 0 } agent] && _rules.Of(config).Refuses(agent.Trim()))
        {
            exchange.Error(403);
        }

        return default;
    }
}
