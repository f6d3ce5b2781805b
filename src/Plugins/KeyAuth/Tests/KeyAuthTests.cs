using Gateway.Entities;
using Gateway.Plugins.KeyAuth;
using Gateway.PluginSdk.Testing;

namespace Gateway.Plugins.Tests.KeyAuth;

public sealed class KeyAuthTests
{
    private static readonly Consumer _bob = new() { Id = new(Guid.NewGuid()), Username = "bob", CustomId = "cb" };
    private static readonly Consumer _anon = new() { Id = new(Guid.NewGuid()), Username = "anon" };
    private static readonly KeyAuthCredential _key = new() { Id = new(Guid.NewGuid()), Consumer = _bob.Id, Key = "kbob" };
    private readonly KeyAuthPlugin _plugin = new(new FakeLookup<KeyAuthCredential>(_key), new FakeLookup<Consumer>(_bob, _anon));

    [Fact]
    public async Task Access_KnownKeyInTheHeader_NamesTheConsumerAndRemovesClaims()
    {
        var exchange = new FakeExchange().With("APIKEY", "kbob").With("X-Consumer-Username", "spoof").With("X-Anonymous-Consumer", "true");

        await _plugin.AccessAsync(exchange, new KeyAuthConfig());

        exchange.Answer.ShouldBeNull();
        exchange.Consumer.ShouldBe(_bob);
        exchange.RequestHeaders["X-Consumer-ID"].ToString().ShouldBe(_bob.Id.ToString());
        exchange.RequestHeaders["X-Consumer-Username"].ToString().ShouldBe("bob");
        exchange.RequestHeaders["X-Consumer-Custom-ID"].ToString().ShouldBe("cb");
        exchange.RequestHeaders["X-Credential-Identifier"].ToString().ShouldBe(_key.Id.ToString());
        exchange.RequestHeaders.ContainsKey("X-Anonymous-Consumer").ShouldBeFalse();
        exchange.RequestHeaders["apikey"].ToString().ShouldBe("kbob", "it is hidden only on request");
    }

    [Theory]
    [InlineData("/", null, "No API key found in request")]
    [InlineData("/?apikey=", null, "No API key found in request")]
    [InlineData("/?apikey", null, "No API key found in request")]
    [InlineData("/", "", "No API key found in request")]
    [InlineData("/", "bad", "Unauthorized")]
    [InlineData("/?apikey=bad", null, "Unauthorized")]
    [InlineData("/?apikey=kbob&apikey=kal", null, "Duplicate API key found")]
    [InlineData("/", "kbob|kal", "Duplicate API key found")]
    public async Task Access_NoValidKey_Is401WithAChallenge(string target, string? header, string message)
    {
        var exchange = new FakeExchange(target: target);
        if (header is not null)
        {
            exchange.With("apikey", header.Split('|'));
        }

        await _plugin.AccessAsync(exchange, new KeyAuthConfig());

        exchange.Status.ShouldBe(401);
        exchange.Message.ShouldBe(message);
        exchange.ResponseHeaders.WWWAuthenticate.ToString().ShouldBe("Key");
    }

    [Fact]
    public async Task Access_WithARealm_NamesItInTheChallenge()
    {
        var exchange = new FakeExchange();

        await _plugin.AccessAsync(exchange, new KeyAuthConfig { Realm = "my realm" });

        exchange.ResponseHeaders.WWWAuthenticate.ToString().ShouldBe("Key realm=\"my realm\"");
    }

    [Fact]
    public async Task Access_HeaderAndQuery_TheHeaderWins()
    {
        var exchange = new FakeExchange(target: "/?apikey=bad").With("apikey", "kbob");

        await _plugin.AccessAsync(exchange, new KeyAuthConfig());

        exchange.Answer.ShouldBeNull();
    }

    [Theory]
    [InlineData("/?k=kbob&a=1", "a=1")]
    [InlineData("/?k=kbob", null)]
    [InlineData("/?a=%2f&%6b=kbob&c", "a=%2f&c")]
    public async Task Access_HidingAKeyInTheQuery_LeavesTheRestAsItStands(string target, string? rest)
    {
        var exchange = new FakeExchange(target: target);

        await _plugin.AccessAsync(exchange, new KeyAuthConfig { KeyNames = ["k"], HideCredentials = true });

        exchange.Answer.ShouldBeNull();
        exchange.Query.ShouldBe(rest);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "k=kbob&b=2", "b=2")]
    [InlineData("application/json", "{\"k\":\"kbob\",\"b\":2}", "{\"b\":2}")]
    public async Task Access_HidingAKeyInTheBody_LeavesTheRest(string type, string body, string rest)
    {
        var exchange = new FakeExchange("POST").WithBody(type, body);

        await _plugin.AccessAsync(exchange, new KeyAuthConfig { KeyNames = ["k"], KeyInBody = true, HideCredentials = true });

        exchange.Answer.ShouldBeNull();
        (await new StreamReader(exchange.Http.Request.Body).ReadToEndAsync()).ShouldBe(rest);
        exchange.Http.Request.ContentLength.ShouldBe(rest.Length);
    }

    [Fact]
    public async Task Access_BodyThatCannotBeRead_HasNoKey()
    {
        var exchange = new FakeExchange("POST").WithBody("application/json", "{");
        await _plugin.AccessAsync(exchange, new KeyAuthConfig { KeyInBody = true });
        exchange.Status.ShouldBe(401);
        exchange.Message.ShouldBe("No API key found in request");

        var other = new FakeExchange("POST").WithBody("application/json", "{");
        other.RequestHeaders["apikey"] = "kbob";
        await _plugin.AccessAsync(other, new KeyAuthConfig { KeyInBody = true });
        other.Answer.ShouldBeNull();
    }

    [Fact]
    public async Task Access_KeyInAMultipartBody_IsFoundAndHidden()
    {
        const string body = "--x\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\nkbob\r\n--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n";
        var exchange = new FakeExchange("POST").WithBody("multipart/form-data; boundary=x", body);

        await _plugin.AccessAsync(exchange, new KeyAuthConfig { KeyNames = ["k"], KeyInBody = true, HideCredentials = true });

        exchange.Answer.ShouldBeNull();
        (await new StreamReader(exchange.Http.Request.Body).ReadToEndAsync()).ShouldBe("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n");
    }

    [Fact]
    public async Task Access_JsonWithDoubledMembers_IsReadAsKongReadsIt()
    {
        var exchange = new FakeExchange("POST").WithBody("application/json", """{"a":1,"a":2,"apikey":"bad","apikey":"kbob"}""");

        await _plugin.AccessAsync(exchange, new KeyAuthConfig { KeyInBody = true });

        exchange.Consumer.ShouldBe(_bob);
    }

    [Fact]
    public async Task Access_BodyNotAskedFor_IsNotRead()
    {
        var exchange = new FakeExchange("POST").WithBody("application/x-www-form-urlencoded", "apikey=kbob");

        await _plugin.AccessAsync(exchange, new KeyAuthConfig());

        exchange.Message.ShouldBe("No API key found in request");
        exchange.Http.Request.Body.Position.ShouldBe(0);
    }

    [Fact]
    public async Task Access_Preflight_PassesWhenToldSo()
    {
        var free = new FakeExchange("OPTIONS");
        var judged = new FakeExchange("OPTIONS");

        await _plugin.AccessAsync(free, new KeyAuthConfig { RunOnPreflight = false });
        await _plugin.AccessAsync(judged, new KeyAuthConfig());

        free.Answer.ShouldBeNull();
        judged.Status.ShouldBe(401);
    }

    [Fact]
    public async Task Access_AnonymousByNameOrId_StandsIn()
    {
        foreach (var anonymous in new[] { "anon", _anon.Id.ToString() })
        {
            var exchange = new FakeExchange().With("apikey", "bad").With("X-Credential-Identifier", "spoof");

            await _plugin.AccessAsync(exchange, new KeyAuthConfig { Anonymous = anonymous });

            exchange.Answer.ShouldBeNull();
            exchange.Consumer.ShouldBe(_anon);
            exchange.RequestHeaders["X-Anonymous-Consumer"].ToString().ShouldBe("true");
            exchange.RequestHeaders.ContainsKey("X-Credential-Identifier").ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Access_AnonymousWhoDoesNotExist_Is500()
    {
        var exchange = new FakeExchange();

        await _plugin.AccessAsync(exchange, new KeyAuthConfig { Anonymous = "nobody" });

        exchange.Status.ShouldBe(500);
        exchange.Message.ShouldBe("anonymous consumer nobody is configured but doesn't exist");
    }

    [Fact]
    public async Task Access_AnotherPluginAuthenticated_AnonymousChangesNothing()
    {
        var exchange = new FakeExchange();
        exchange.Authenticate(_bob, new PluginSdk.Credential(Guid.NewGuid(), "other", _bob.Id.Value));

        await _plugin.AccessAsync(exchange, new KeyAuthConfig { Anonymous = "anon" });

        exchange.Consumer.ShouldBe(_bob);
    }
}
