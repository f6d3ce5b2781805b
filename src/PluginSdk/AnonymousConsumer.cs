using Gateway.Entities;

namespace Gateway.PluginSdk;

/// <summary>What authentication plugins do when a request shows no valid credential and someone may stand in.</summary>
public static class AnonymousConsumer
{
    /// <summary>Lets the anonymous consumer stand in; when there is no such consumer the configuration is wrong, and the client is told.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="consumers">The consumers.</param>
    /// <param name="anonymous">The consumer's id or username.</param>
    public static void StandIn(Exchange exchange, ILookup<Consumer> consumers, string anonymous)
    {
        var consumer = (Guid.TryParse(anonymous, out var id) ? consumers.ById(id) : null) ?? consumers.ByUnique("username", anonymous);
        if (consumer is null)
        {
            exchange.Error(500, $"anonymous consumer {anonymous} is configured but doesn't exist");
        }
        else
        {
            exchange.Authenticate(consumer, null);
        }
    }
}
