using System.Text;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Plugins.BasicAuth;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;
using Gateway.Schema;

namespace Gateway.Plugins.Tests.BasicAuth;

public sealed class BasicAuthTests
{
    private static readonly Consumer _bob = new() { Id = new(Guid.Parse("00000000-0000-4000-8000-000000000050")), Username = "bob", CustomId = "cb" };
    private static readonly Consumer _anon = new() { Id = new(Guid.NewGuid()), Username = "anon" };
    private static readonly BasicAuthCredential _credential = Credential("bob", "pw:1");
    private readonly BasicAuthPlugin _plugin = new(new FakeLookup<BasicAuthCredential>(_credential, Credential("zoë", "pässword")), new FakeLookup<Consumer>(_bob, _anon));

    [Theory]
    [InlineData("Basic ", "bob:pw:1")]
    [InlineData("basic   ", "bob:pw:1")]
    [InlineData("BASIC ", "bob:pw:1")]
    [InlineData("Basic ", "zoë:pässword")]
    public async Task Access_KnownNameAndPassword_NamesTheConsumer(string scheme, string pair)
    {
        var exchange = new FakeExchange().With("Authorization", scheme + Base64(pair)).With("X-Anonymous-Consumer", "true");

        await _plugin.AccessAsync(exchange, new BasicAuthConfig());

        exchange.Answer.ShouldBeNull();
        exchange.Consumer.ShouldBe(_bob);
        exchange.RequestHeaders["X-Consumer-Username"].ToString().ShouldBe("bob");
        exchange.RequestHeaders["X-Credential-Identifier"].ToString().ShouldBe(HeaderOctets.Of(pair.Split(':')[0]));
        exchange.RequestHeaders.ContainsKey("X-Anonymous-Consumer").ShouldBeFalse();
        exchange.RequestHeaders.ContainsKey("Authorization").ShouldBeTrue("it is hidden only on request");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic !!!")]
    [InlineData("Basic Ym9i")]
    [InlineData("Bearer Ym9iOnB3OjE=")]
    [InlineData("Basic Ym9iOndyb25n")]
    [InlineData("Basic bm9ib2R5OnB3OjE=")]
    [InlineData("Basic OnB3OjE=")]
    [InlineData("Basic //86cHc=")]
    public async Task Access_NoValidPair_Is401WithAChallenge(string? header)
    {
        var exchange = new FakeExchange();
        if (header is not null)
        {
            exchange.With("Authorization", header);
        }

        await _plugin.AccessAsync(exchange, new BasicAuthConfig { Realm = "my realm" });

        exchange.Status.ShouldBe(401);
        exchange.Message.ShouldBe("Unauthorized");
        exchange.ResponseHeaders.WWWAuthenticate.ToString().ShouldBe("Basic realm=\"my realm\"");
        exchange.Consumer.ShouldBeNull();
    }

    [Fact]
    public async Task Access_WithoutPadding_IsReadAllTheSame()
    {
        var exchange = new FakeExchange().With("Authorization", "Basic " + Base64("bob:pw:1").TrimEnd('='));

        await _plugin.AccessAsync(exchange, new BasicAuthConfig());

        exchange.Answer.ShouldBeNull();
    }

    [Theory]
    [InlineData("bob:pw:1", "x:y", true)]
    [InlineData("x:y", "bob:pw:1", true)]
    [InlineData("bob:wrong", "bob:pw:1", false)]
    public async Task Access_BothHeaders_TheProxysGoesFirstWhenItsNameIsKnown(string proxy, string own, bool passes)
    {
        var exchange = new FakeExchange().With("Proxy-Authorization", "Basic " + Base64(proxy)).With("Authorization", "Basic " + Base64(own));

        await _plugin.AccessAsync(exchange, new BasicAuthConfig());

        (exchange.Answer is null).ShouldBe(passes);
    }

    [Fact]
    public async Task Access_HidingCredentials_TakesOutTheHeader()
    {
        var exchange = new FakeExchange().With("Authorization", "Basic " + Base64("bob:pw:1"));

        await _plugin.AccessAsync(exchange, new BasicAuthConfig { HideCredentials = true });

        exchange.Answer.ShouldBeNull();
        exchange.RequestHeaders.ContainsKey("Authorization").ShouldBeFalse();
    }

    [Fact]
    public async Task Access_NobodyButAnonymous_StandsIn()
    {
        var exchange = new FakeExchange().With("Authorization", "Basic " + Base64("bob:wrong"));

        await _plugin.AccessAsync(exchange, new BasicAuthConfig { Anonymous = "anon" });

        exchange.Answer.ShouldBeNull();
        exchange.Consumer.ShouldBe(_anon);
        exchange.Credential.ShouldBeNull();
        exchange.RequestHeaders["X-Anonymous-Consumer"].ToString().ShouldBe("true");
        exchange.ResponseHeaders.WWWAuthenticate.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Access_AnotherPluginSucceededBefore_IsLeftAsItIs()
    {
        var exchange = new FakeExchange();
        exchange.Authenticate(_bob, new Credential(Guid.NewGuid(), "key", _bob.Id.Value));

        await _plugin.AccessAsync(exchange, new BasicAuthConfig { Anonymous = "anon" });

        exchange.Consumer.ShouldBe(_bob);
    }

    [Fact]
    public async Task Access_AnotherPluginSucceededButThisOneIsRequired_Is401()
    {
        var exchange = new FakeExchange();
        exchange.Authenticate(_bob, new Credential(Guid.NewGuid(), "key", _bob.Id.Value));

        await _plugin.AccessAsync(exchange, new BasicAuthConfig());

        exchange.Status.ShouldBe(401);
    }

    [Fact]
    public async Task Access_AnonymousWhoDoesNotExist_Is500()
    {
        var exchange = new FakeExchange();

        await _plugin.AccessAsync(exchange, new BasicAuthConfig { Anonymous = "nobody" });

        exchange.Status.ShouldBe(500);
        exchange.Message.ShouldBe("anonymous consumer nobody is configured but doesn't exist");
    }

    [Theory]
    [InlineData("p1", "2294d8ea88fd2136c168bf18d376234eefcbbb2c")]
    [InlineData("new", "a508930044dfa065646698868b5af5640e4c1994")]
    public void Credential_Written_KeepsTheHashThatKongKeeps(string password, string hash)
    {
        var schema = SchemaReader.Entity(typeof(BasicAuthCredential));
        var row = new JsonObject { ["username"] = "u1", ["password"] = password, ["consumer"] = new JsonObject { ["id"] = _bob.Id.ToString() } };

        Transformation.Apply(schema, row, new JsonObject { ["password"] = password });
        ((string?)row["password"]).ShouldBe(hash);

        Transformation.Apply(schema, row, new JsonObject { ["tags"] = new JsonArray() });
        ((string?)row["password"]).ShouldBe(hash, "an update without a password leaves it alone");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static BasicAuthCredential Credential(string name, string password)
    {
        var row = new JsonObject { ["password"] = password, ["consumer"] = new JsonObject { ["id"] = _bob.Id.ToString() } };
        Transformation.Apply(SchemaReader.Entity(typeof(BasicAuthCredential)), row, (JsonObject)row.DeepClone());
        return new() { Id = new(Guid.NewGuid()), Consumer = _bob.Id, Username = name, Password = (string)row["password"]! };
    }
}
