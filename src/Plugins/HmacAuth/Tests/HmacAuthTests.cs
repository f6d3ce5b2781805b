using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Entities;
using Gateway.Plugins.HmacAuth;
using Gateway.PluginSdk.Testing;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Plugins.Tests.HmacAuth;

public sealed class HmacAuthTests
{
    private const string Secret = "a shared secret";
    private static readonly Consumer _bob = new() { Id = new(Guid.NewGuid()), Username = "bob" };
    private static readonly Consumer _anon = new() { Id = new(Guid.NewGuid()), Username = "anon" };
    private static readonly HmacAuthCredential _credential = new() { Id = new(Guid.NewGuid()), Consumer = _bob.Id, Username = "bobby", Secret = Secret };
    private readonly HmacAuthPlugin _plugin = new(new FakeLookup<HmacAuthCredential>(_credential), new FakeLookup<Consumer>(_bob, _anon), TimeProvider.System);

    private static string Now => DateTimeOffset.UtcNow.ToString("r", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("hmac-sha1", "date request-line")]
    [InlineData("hmac-sha256", "date @request-target host")]
    [InlineData("hmac-sha384", "x-absent date")]
    [InlineData("hmac-sha512", "date")]
    public async Task Access_SignedRequest_NamesTheConsumer(string algorithm, string headers)
    {
        var date = Now;
        var text = headers.Replace("date", "date: " + date, StringComparison.Ordinal).Replace(" request-line", "\nPOST /a%2fb?q=1 HTTP/1.1", StringComparison.Ordinal)
            .Replace(" @request-target", "\n@request-target: post /a%2fb?q=1", StringComparison.Ordinal).Replace(" host", "\nhost: api.test", StringComparison.Ordinal)
            .Replace("x-absent ", "x-absent:\n", StringComparison.Ordinal);
        var exchange = Request(date).With("Authorization", Header(algorithm, headers, Sign(algorithm, text))).With("X-Consumer-Username", "spoof");

        await _plugin.AccessAsync(exchange, new HmacAuthConfig { HideCredentials = true });

        exchange.Answer.ShouldBeNull();
        exchange.Consumer.ShouldBe(_bob);
        exchange.RequestHeaders["X-Consumer-Username"].ToString().ShouldBe("bob");
        exchange.RequestHeaders["X-Credential-Identifier"].ToString().ShouldBe("bobby");
        exchange.RequestHeaders.ContainsKey("Authorization").ShouldBeFalse();
    }

    [Fact]
    public async Task Access_ProxyAuthorization_GoesFirst()
    {
        var date = Now;
        var exchange = Request(date).With("Proxy-Authorization", Header("hmac-sha256", "date", Sign("hmac-sha256", "date: " + date))).With("Authorization", "Basic eA==");

        await _plugin.AccessAsync(exchange, new HmacAuthConfig());

        exchange.Consumer.ShouldBe(_bob);
    }

    [Theory]
    [InlineData("none", "Unauthorized")]
    [InlineData("old", "HMAC signature cannot be verified, a valid date or x-date header is required for HMAC Authentication")]
    [InlineData("undated", "HMAC signature cannot be verified, a valid date or x-date header is required for HMAC Authentication")]
    [InlineData("scheme", "HMAC signature cannot be verified")]
    [InlineData("unknown", "HMAC signature cannot be verified")]
    [InlineData("algorithm", "HMAC signature cannot be verified")]
    [InlineData("unenforced", "HMAC signature cannot be verified")]
    [InlineData("tampered", "HMAC signature does not match")]
    [InlineData("not base64", "HMAC signature cannot be verified")]
    public async Task Access_WhatIsNotGood_Is401WithTheReason(string what, string message)
    {
        var date = what is "old" ? DateTimeOffset.UtcNow.AddMinutes(-6).ToString("r", CultureInfo.InvariantCulture) : Now;
        var algorithm = what is "algorithm" ? "hmac-sha1" : "hmac-sha256";
        var signature = what is "not base64" ? "%%" : Sign(algorithm, "date: " + (what is "tampered" ? "x" : date));
        var header = Header(algorithm, "date", signature);
        var exchange = Request(what is "undated" ? null : date);
        if (what is not "none")
        {
            exchange.With("Authorization", what is "scheme" ? "Bearer x" : what is "unknown" ? header.Replace("bobby", "eve", StringComparison.Ordinal) : header);
        }

        await _plugin.AccessAsync(exchange, new HmacAuthConfig { Algorithms = ["hmac-sha256"], EnforceHeaders = what is "unenforced" ? ["date", "Host"] : ["Date"], Realm = "r" });

        (exchange.Status, exchange.Message).ShouldBe((401, message));
        exchange.ResponseHeaders.WWWAuthenticate.ToString().ShouldBe("hmac realm=\"r\"");
        exchange.Consumer.ShouldBeNull();
    }

    [Theory]
    [InlineData("payload", "payload", true)]
    [InlineData("payload", "other", false)]
    [InlineData("payload", null, false)]
    [InlineData("", null, true)]
    public async Task Access_ValidateRequestBody_ComparesTheDigest(string body, string? digestOf, bool isLetIn)
    {
        var date = Now;
        var exchange = Request(date).WithBody("text/plain", body).With("Authorization", Header("hmac-sha256", "date", Sign("hmac-sha256", "date: " + date)));
        if (digestOf is not null)
        {
            exchange.With("Digest", "SHA-256=" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(digestOf))));
        }

        await _plugin.AccessAsync(exchange, new HmacAuthConfig { ValidateRequestBody = true });

        (exchange.Answer is null).ShouldBe(isLetIn);
        exchange.Message.ShouldBe(isLetIn ? null : "HMAC signature does not match");
        using var sent = new StreamReader(exchange.Http.Request.Body);
        (await sent.ReadToEndAsync()).ShouldBe(body);
    }

    [Fact]
    public async Task Access_WithAnonymous_LetsThatConsumerStandIn()
    {
        var exchange = Request(Now);

        await _plugin.AccessAsync(exchange, new HmacAuthConfig { Anonymous = "anon" });

        exchange.Consumer.ShouldBe(_anon);
        exchange.Answer.ShouldBeNull();
    }

    private static FakeExchange Request(string? date)
    {
        var exchange = new FakeExchange("POST", "/a%2fb?q=1").With("Host", "api.test");
        exchange.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/a%2fb?q=1";
        exchange.Http.Request.Protocol = "HTTP/1.1";
        return date is null ? exchange : exchange.With("Date", date);
    }

    private static string Header(string algorithm, string headers, string signature) =>
        $"hmac username=\"bobby\", algorithm=\"{algorithm}\", headers=\"{headers}\", signature=\"{signature}\"";

    private static string Sign(string algorithm, string text)
    {
        using HMAC hmac = algorithm switch
        {
#pragma warning disable CA5350 // One of the algorithms under test.
            "hmac-sha1" => new HMACSHA1(Encoding.UTF8.GetBytes(Secret)),
#pragma warning restore CA5350
            "hmac-sha384" => new HMACSHA384(Encoding.UTF8.GetBytes(Secret)),
            "hmac-sha512" => new HMACSHA512(Encoding.UTF8.GetBytes(Secret)),
            _ => new HMACSHA256(Encoding.UTF8.GetBytes(Secret)),
        };
        return Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(text)));
    }
}
