using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;
using Gateway.Plugins.Jwt;

namespace Gateway.Plugins.Tests.Jwt;

public sealed class JwtTests
{
    private static readonly Consumer _bob = new() { Id = new(Guid.NewGuid()), Username = "bob" };
    private readonly TestClock _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("PS256")]
    [InlineData("RS512")]
    public async Task Signature_OfAPrivateKey_IsVerified(string algorithm)
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(algorithm is "ES384" ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);
        var hash = algorithm[^3..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        var isEc = algorithm.StartsWith("ES", StringComparison.Ordinal);
        var secret = new JwtSecret
        {
            Id = new(Guid.NewGuid()), Consumer = _bob.Id, Key = "k", Algorithm = algorithm,
            RsaPublicKey = isEc ? ec.ExportSubjectPublicKeyInfoPem() : rsa.ExportSubjectPublicKeyInfoPem(),
        };
        byte[] Sign(byte[] data) => isEc ? ec.SignData(data, hash) : rsa.SignData(data, hash, algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);

        var good = await AskAsync(secret, Token(algorithm, new() { ["iss"] = "k" }, Sign));
        var bad = await AskAsync(secret, Token(algorithm, new() { ["iss"] = "k" }, data => Sign([.. data, 1])));

        (good.Status, good.Consumer?.Username).ShouldBe((null, "bob"));
        (bad.Status, bad.Message).ShouldBe((401, "Invalid signature"));
    }

    [Fact]
    public async Task Times_AreVerifiedAgainstTheClock()
    {
        var config = new JwtConfig { ClaimsToVerify = new HashSet<string> { "exp", "nbf" }, MaximumExpiration = 100, Realm = "r" };

        (await AskAsync(Hmac, Signed(("exp", 1_800_000_050), ("nbf", 1_800_000_000)), config)).Status.ShouldBeNull();
        Body(await AskAsync(Hmac, Signed(("exp", 1_800_000_000), ("nbf", 1_800_000_001)), config)).ShouldBe("{\"exp\":\"token expired\",\"nbf\":\"token not valid yet\"}");
        var late = await AskAsync(Hmac, Signed(("exp", 1_800_000_101), ("nbf", 1)), config);
        Body(late).ShouldBe("{\"exp\":\"exceeds maximum allowed expiration\"}");
        late.ResponseHeaders.WWWAuthenticate.ToString().ShouldBe("Bearer realm=\"r\", error=\"invalid_token\"");
    }

    [Fact]
    public async Task PublicKeyAsASecret_IsNotTaken()
    {
        using var rsa = RSA.Create(2048);
        var pem = rsa.ExportSubjectPublicKeyInfoPem();
        var secret = new JwtSecret { Id = new(Guid.NewGuid()), Consumer = _bob.Id, Key = "k", Secret = "s", Algorithm = "RS256", RsaPublicKey = pem };

        var forged = await AskAsync(secret, Token("HS256", new() { ["iss"] = "k" }, data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(pem), data)));

        (forged.Status, forged.Message).ShouldBe((401, "Invalid algorithm"));
    }

    [Fact]
    public async Task AnonymousConsumer_StandsInForABadToken()
    {
        var exchange = await AskAsync(Hmac, "garbage", new() { Anonymous = "bob" });

        exchange.Status.ShouldBeNull();
        exchange.RequestHeaders["X-Anonymous-Consumer"].ToString().ShouldBe("true");
    }

    private static JwtSecret Hmac => new() { Id = new(Guid.NewGuid()), Consumer = _bob.Id, Key = "k", Secret = "s" };

    private static string Signed(params (string Name, long Value)[] claims)
    {
        var body = new JsonObject { ["iss"] = "k" };
        foreach (var (name, value) in claims)
        {
            body[name] = value;
        }

        return Token("HS256", body, data => HMACSHA256.HashData("s"u8, data));
    }

    private static string Token(string algorithm, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Part(new() { ["typ"] = "JWT", ["alg"] = algorithm })}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static string Body(FakeExchange exchange) => Encoding.UTF8.GetString(((Answer.Content)exchange.Answer!).Body.Span);

    private async Task<FakeExchange> AskAsync(JwtSecret secret, string token, JwtConfig? config = null)
    {
        var exchange = new FakeExchange().With("Authorization", $"Bearer {token}");
        await new JwtPlugin(new FakeLookup<JwtSecret>(secret), new FakeLookup<Consumer>(_bob), _clock).AccessAsync(exchange, config ?? new JwtConfig());
        return exchange;
    }
}
