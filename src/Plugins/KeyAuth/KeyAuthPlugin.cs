using Gateway.Entities;
using Gateway.PluginSdk;
using Microsoft.Extensions.Primitives;

namespace Gateway.Plugins.KeyAuth;

/// <summary>Lets in those who present a known key, and names the consumer who owns it.</summary>
/// <param name="credentials">The keys.</param>
/// <param name="consumers">The consumers.</param>
[Plugin("key-auth", Priority = 1250, Forbids = PluginScopes.Consumer)]
public sealed class KeyAuthPlugin(ILookup<KeyAuthCredential> credentials, ILookup<Consumer> consumers) : IAccess<KeyAuthConfig>
{
    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, KeyAuthConfig config)
    {
        // With an anonymous consumer several authentication plugins form an OR: one success is enough.
        if ((exchange.Method is "OPTIONS" && !config.RunOnPreflight) || (config.Anonymous is not null && exchange.Credential is not null))
        {
            return default;
        }

        if (config.KeyInBody)
        {
            return AccessWithBodyAsync(exchange, config);
        }

        Access(exchange, config, null);
        return default;
    }

    private async ValueTask AccessWithBodyAsync(Exchange exchange, KeyAuthConfig config) => Access(exchange, config, await BodyArguments.ReadAsync(exchange));

    private void Access(Exchange exchange, KeyAuthConfig config, BodyArguments? body)
    {
        if (Authenticate(exchange, config, body) is not { } refusal)
        {
            return;
        }

        if (config.Anonymous is { } anonymous)
        {
            AnonymousConsumer.StandIn(exchange, consumers, anonymous);
            return;
        }

        exchange.ResponseHeaders.WWWAuthenticate = config.Realm is { } realm ? $"Key realm=\"{realm}\"" : "Key";
        exchange.Error(401, refusal);
    }

    /// <summary>Why the request is refused, or null.</summary>
    private string? Authenticate(Exchange exchange, KeyAuthConfig config, BodyArguments? body)
    {
        var (name, values) = Find(exchange, config, body);
        if (values.Count > 1)
        {
            return "Duplicate API key found";
        }

        if (values is not [{ Length: > 0 } key])
        {
            return "No API key found in request";
        }

        if (config.HideCredentials)
        {
            Hide(exchange, name, body);
        }

        if (credentials.WithOwner("key", key, static c => c.Consumer.Value, consumers) is not { Entity: var credential, Owner: { } consumer })
        {
            return "Unauthorized";
        }

        exchange.Authenticate(consumer, new Credential(credential.Id.Value, credential.Id.ToString(), consumer.Id.Value));
        return null;
    }

    /// <summary>The first name that is present wins, and within it the header, then the query, then the body.</summary>
    private static (string Name, IReadOnlyList<string?> Values) Find(Exchange exchange, KeyAuthConfig config, BodyArguments? body)
    {
        foreach (var name in config.KeyNames)
        {
            IReadOnlyList<string?> values = config.KeyInHeader && exchange.RequestHeaders.TryGetValue(name, out var lines) ? lines : StringValues.Empty;
            values = values.Count is 0 && config.KeyInQuery ? QueryText.Values(exchange.Query, name) : values;
            values = values.Count is 0 && body is not null ? body.Values(name) : values;
            if (values.Count > 0)
            {
                return (name, values);
            }
        }

        return (string.Empty, []);
    }

    private static void Hide(Exchange exchange, string name, BodyArguments? body)
    {
        exchange.RequestHeaders.Remove(name);
        body?.Remove(name);
        if (exchange.Query is { } query && QueryText.Without(query, name) is var rest && rest.Length != query.Length)
        {
            exchange.Query = rest.Length is 0 ? null : rest;
        }
    }
}
