using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.PluginSdk;
using Gateway.Schema;

namespace Gateway.Plugins.Jwt;

/// <summary>Lets in those who present a token that one of a consumer's keys signed.</summary>
/// <param name="secrets">The keys.</param>
/// <param name="consumers">The consumers.</param>
/// <param name="time">The clock.</param>
[Plugin("jwt", Priority = 1450, Forbids = PluginScopes.Consumer)]
public sealed class JwtPlugin(ILookup<JwtSecret> secrets, ILookup<Consumer> consumers, TimeProvider time) : IAccess<JwtConfig>
{
    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, JwtConfig config)
    {
        if ((exchange.Method is "OPTIONS" && !config.RunOnPreflight) || (config.Anonymous is not null && exchange.Credential is not null) || Authenticate(exchange, config) is not { } refusal)
        {
            return default;
        }

        if (refusal.Status is 401 && config.Anonymous is { } anonymous)
        {
            AnonymousConsumer.StandIn(exchange, consumers, anonymous);
            return default;
        }

        if (refusal.Body is not { } body)
        {
            exchange.Error(refusal.Status);
            return default;
        }

        var realm = config.Realm is { } name ? $" realm=\"{name}\"" : string.Empty;
        var error = refusal.IsOfToken ? $"{(realm.Length > 0 ? "," : string.Empty)} error=\"invalid_token\"" : string.Empty;
        exchange.ResponseHeaders.WWWAuthenticate = $"Bearer{realm}{error}";
        exchange.Exit(refusal.Status, body);
        return default;
    }

    private Refusal? Authenticate(Exchange exchange, JwtConfig config)
    {
        var tokens = TokenSources.Find(exchange, config);
        if (tokens.Count is 0)
        {
            return new Refusal(401, new JsonObject { ["message"] = "Unauthorized" }, IsOfToken: false);
        }

        if (tokens.Count > 1)
        {
            return Refusal.Of("Multiple tokens provided");
        }

        var token = JsonWebToken.Parse(tokens.First(), out var reason);
        if (token is null)
        {
            return Refusal.Of($"Bad token; {reason}");
        }

        var name = config.KeyClaimName ?? "iss";
        var claim = token.Claims[name] ?? token.Header[name];
        if (claim is null)
        {
            return Refusal.Of($"No mandatory '{name}' in claims");
        }

        if (Json.String(claim) is not { } key)
        {
            return new Refusal(500, null, IsOfToken: false);
        }

        if (key.Length is 0)
        {
            return Refusal.Of($"Invalid '{name}' in claims");
        }

        if (secrets.ByUnique("key", key) is not { } secret)
        {
            return Refusal.Of($"No credentials found for given '{name}'");
        }

        return Judge(token, secret, config) ?? Accept(exchange, secret, key, name);
    }

    private Refusal? Judge(JsonWebToken token, JwtSecret secret, JwtConfig config)
    {
        var algorithm = secret.Algorithm ?? "HS256";
        if (token.Algorithm != algorithm)
        {
            return Refusal.Of("Invalid algorithm");
        }

        if (SigningKey.Of(secret, algorithm, config.SecretIsBase64) is not { } key)
        {
            return Refusal.Of("Invalid key/secret");
        }

        if (!key.Verifies(token))
        {
            return Refusal.Of("Invalid signature");
        }

        var errors = new JsonObject();
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        foreach (var name in config.ClaimsToVerify ?? new HashSet<string>())
        {
            var value = Json.Number(token.Claims[name]);
            var error = double.IsNaN(value) ? "must be a number"
                : name is "exp" && value <= now ? "token expired"
                : name is "nbf" && value > now ? "token not valid yet"
                : null;
            if (error is not null)
            {
                errors[name] = error;
            }
        }

        if (errors.Count is 0 && config.MaximumExpiration is > 0 and var longest && Json.Number(token.Claims["exp"]) is var expiry && !(expiry - now <= longest))
        {
            errors["exp"] = "exceeds maximum allowed expiration";
        }

        return errors.Count > 0 ? new Refusal(401, errors, IsOfToken: true) : null;
    }

    private Refusal? Accept(Exchange exchange, JwtSecret secret, string key, string claim)
    {
        if (consumers.ById(secret.Consumer.Value) is not { } consumer)
        {
            return Refusal.Of($"Could not find consumer for '{claim}={key}'");
        }

        exchange.Authenticate(consumer, new Credential(secret.Id.Value, key, consumer.Id.Value));
        return null;
    }

    /// <summary>Why a request is not let in.</summary>
    /// <param name="Status">The status.</param>
    /// <param name="Body">The answer; null for that of an unexpected error.</param>
    /// <param name="IsOfToken">Whether the token is to blame, rather than its absence.</param>
    private sealed record Refusal(int Status, JsonObject? Body, bool IsOfToken)
    {
        public static Refusal Of(string message) => new(401, new JsonObject { ["message"] = message }, IsOfToken: true);
    }
}
