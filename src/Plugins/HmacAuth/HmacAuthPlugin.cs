using System.Globalization;
using System.Security.Cryptography;
using Gateway.Entities;
using Gateway.PluginSdk;

namespace Gateway.Plugins.HmacAuth;

/// <summary>Lets in those who sign their requests with a shared secret, and names the consumer who owns it.</summary>
/// <param name="credentials">The names and secrets.</param>
/// <param name="consumers">The consumers.</param>
/// <param name="time">The clock.</param>
[Plugin("hmac-auth", Priority = 1030, Forbids = PluginScopes.Consumer)]
public sealed class HmacAuthPlugin(ILookup<HmacAuthCredential> credentials, ILookup<Consumer> consumers, TimeProvider time) : IAccess<HmacAuthConfig>
{
    private const string NotVerified = "HMAC signature cannot be verified";
    private const string NoMatch = "HMAC signature does not match";

    /// <inheritdoc/>
    public async ValueTask AccessAsync(Exchange exchange, HmacAuthConfig config)
    {
        // With an anonymous consumer several authentication plugins form an OR: one success is enough.
        if (config.Anonymous is not null && exchange.Credential is not null)
        {
            return;
        }

        if (await RefusalAsync(exchange, config) is not { } refusal)
        {
            return;
        }

        if (config.Anonymous is { } anonymous)
        {
            AnonymousConsumer.StandIn(exchange, consumers, anonymous);
        }
        else
        {
            exchange.ResponseHeaders.WWWAuthenticate = config.Realm is { } realm ? $"hmac realm=\"{realm}\"" : "hmac";
            exchange.Error(401, refusal);
        }
    }

    /// <summary>Names the consumer, or tells why the request is refused.</summary>
    private async ValueTask<string?> RefusalAsync(Exchange exchange, HmacAuthConfig config)
    {
        var headers = exchange.RequestHeaders;
        if (headers["Proxy-Authorization"].Count is 0 && headers.Authorization.Count is 0)
        {
            return "Unauthorized";
        }

        if (!IsRecent(headers["X-Date"], config) && !IsRecent(headers.Date, config))
        {
            return $"{NotVerified}, a valid date or x-date header is required for HMAC Authentication";
        }

        if ((Take(exchange, config, "Proxy-Authorization") ?? Take(exchange, config, "Authorization")) is not { } signature || !signature.Fits(config)
            || credentials.ByUnique("username", signature.Username) is not { Secret: { } secret } credential)
        {
            return NotVerified;
        }

        if (!signature.IsBy(secret, exchange) || (config.ValidateRequestBody && !await HasItsDigestAsync(exchange)))
        {
            return NoMatch;
        }

        if (consumers.ById(credential.Consumer.Value) is not { } consumer)
        {
            return NotVerified;
        }

        exchange.Authenticate(consumer, new Credential(credential.Id.Value, credential.Username, consumer.Id.Value));
        return null;
    }

    private bool IsRecent(string? date, HmacAuthConfig config) =>
        DateTimeOffset.TryParseExact(date, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sent)
        && Math.Abs((time.GetUtcNow() - sent).TotalSeconds) <= (config.ClockSkew ?? 300);

    private static Signature? Take(Exchange exchange, HmacAuthConfig config, string header)
    {
        var signature = Signature.Read(exchange.RequestHeaders[header]);
        if (signature is not null && config.HideCredentials)
        {
            exchange.RequestHeaders.Remove(header);
        }

        return signature;
    }

    /// <summary>Whether the header <c>Digest</c> is that of the body; a request without a body needs none.</summary>
    private static async ValueTask<bool> HasItsDigestAsync(Exchange exchange)
    {
        if (await RequestBody.ReadAsync(exchange) is not { } body)
        {
            return false;
        }

        const string Algorithm = "SHA-256=";
        var digest = (string?)exchange.RequestHeaders["Digest"];
        return digest is null ? body.Length is 0
            : digest.StartsWith(Algorithm, StringComparison.Ordinal) && digest[Algorithm.Length..] == Convert.ToBase64String(SHA256.HashData(body.Span));
    }
}
