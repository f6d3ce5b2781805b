using Gateway.Entities;
using Gateway.PluginSdk;

namespace Gateway.Plugins.BasicAuth;

/// <summary>Lets in those who present a known name and password, and names the consumer who owns them.</summary>
/// <param name="credentials">The names and passwords.</param>
/// <param name="consumers">The consumers.</param>
[Plugin("basic-auth", Priority = 1100, Forbids = PluginScopes.Consumer)]
public sealed class BasicAuthPlugin(ILookup<BasicAuthCredential> credentials, ILookup<Consumer> consumers) : IAccess<BasicAuthConfig>
{
    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, BasicAuthConfig config)
    {
        // With an anonymous consumer several authentication plugins form an OR: one success is enough.
        if (config.Anonymous is not null && exchange.Credential is not null)
        {
            return default;
        }

        if (!Authenticate(exchange, config))
        {
            if (config.Anonymous is { } anonymous)
            {
                AnonymousConsumer.StandIn(exchange, consumers, anonymous);
            }
            else
            {
                exchange.ResponseHeaders.WWWAuthenticate = $"Basic realm=\"{config.Realm}\"";
                exchange.Error(401, "Unauthorized");
            }
        }

        return default;
    }

    private bool Authenticate(Exchange exchange, BasicAuthConfig config)
    {
        var (shown, credential) = Find(exchange, config, "Proxy-Authorization");
        if (credential is null)
        {
            (shown, credential) = Find(exchange, config, "Authorization");
        }

        if (credential is null || !PasswordHash.Matches(shown!.Password, credential.Consumer.Value, credential.Password)
            || consumers.ById(credential.Consumer.Value) is not { } consumer)
        {
            return false;
        }

        exchange.Authenticate(consumer, new Credential(credential.Id.Value, credential.Username, consumer.Id.Value));
        return true;
    }

    private (NameAndPassword? Shown, BasicAuthCredential? Credential) Find(Exchange exchange, BasicAuthConfig config, string header)
    {
        var shown = NameAndPassword.Read(exchange.RequestHeaders[header]);
        if (config.HideCredentials)
        {
            exchange.RequestHeaders.Remove(header);
        }

        return (shown, shown is null ? null : credentials.ByUnique("username", shown.Name));
    }
}
