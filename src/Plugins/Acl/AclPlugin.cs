using Gateway.PluginSdk;

namespace Gateway.Plugins.Acl;

/// <summary>Lets consumers in, or keeps them out, by the groups that they are members of.</summary>
/// <param name="memberships">Who is a member of what.</param>
[Plugin("acl", Priority = 950, Forbids = PluginScopes.Consumer)]
public sealed class AclPlugin(ILookup<AclMembership> memberships) : IAccess<AclConfig>
{
    private const string ConsumerGroups = "X-Consumer-Groups";
    private const string AuthenticatedGroups = "X-Authenticated-Groups";
    private readonly Prepared<AclConfig, AclPlan> _plans = new(static config => new AclPlan(config));

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, AclConfig config)
    {
        // What a client claims of itself never reaches the upstream.
        exchange.RequestHeaders.Remove(ConsumerGroups);
        exchange.RequestHeaders.Remove(AuthenticatedGroups);

        var plan = _plans.Of(config);
        if ((config.AlwaysUseAuthenticatedGroups || exchange.Credential is null) && exchange.AuthenticatedGroups is { } learned)
        {
            Judge(exchange, config, plan, learned, AuthenticatedGroups);
        }
        else if (exchange.Consumer is not { } consumer)
        {
            Refuse(exchange);
        }
        else
        {
            string[] groups = [.. memberships.ByForeign("consumer", consumer.Id.Value).Select(m => m.Group)];
            if (groups.Length is 0 && plan.Allows)
            {
                Refuse(exchange);
            }
            else
            {
                Judge(exchange, config, plan, groups, ConsumerGroups);
            }
        }

        return default;
    }

    private static void Judge(Exchange exchange, AclConfig config, AclPlan plan, IReadOnlyCollection<string> groups, string header)
    {
        if (!plan.LetsIn(groups))
        {
            exchange.Error(403, "You cannot consume this service");
        }
        else if (!config.HideGroupsHeader && groups.Count > 0)
        {
            exchange.RequestHeaders[header] = HeaderOctets.Of(string.Join(", ", groups));
        }
    }

    /// <summary>Refuses someone without any group: who has shown no credential may still do so.</summary>
    private static void Refuse(Exchange exchange)
    {
        if (exchange.Credential is null)
        {
            exchange.Error(401);
        }
        else
        {
            exchange.Error(403, "You cannot consume this service");
        }
    }
}
