using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

/// <summary>Entities and fields that the original's open edition does not have: there for those who use them, and no trace of them otherwise.</summary>
public sealed class ExtensionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private RunningControlPlane _plane = null!;

    public async Task InitializeAsync() => _plane = await RunningControlPlane.StartAsync(postgres);

    public async Task DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task Plugin_WithoutExtensions_ShowsNoneOfThem()
    {
        var plugin = await _plane.PostAsync("/plugins", new() { ["name"] = "cors" });

        plugin.ContainsKey("consumer_group").ShouldBeFalse();
        plugin.ContainsKey("ordering").ShouldBeFalse();
        (await _plane.GetAsync("/schemas/plugins"))["fields"]!.ToJsonString().ShouldNotContain("consumer_group");
        var (status, twice) = await _plane.SendAsync(HttpMethod.Post, "/plugins", new() { ["name"] = "cors" });
        status.ShouldBe(HttpStatusCode.Conflict);
        twice["message"]!.GetValue<string>().ShouldBe("UNIQUE violation detected on '{consumer=null,name=\"cors\",route=null,service=null}'");
    }

    [Fact]
    public async Task Plugin_OfAConsumerGroup_IsOneOfItsOwnAndGoesWithIt()
    {
        var group = await _plane.PostAsync("/consumer_groups", new() { ["name"] = "gold" });
        await _plane.PostAsync("/plugins", new() { ["name"] = "rate-limiting", ["config"] = new JsonObject { ["minute"] = 1 } });

        var plugin = await _plane.PostAsync("/consumer_groups/gold/plugins", new()
        {
            ["name"] = "rate-limiting",
            ["config"] = new JsonObject { ["minute"] = 100 },
            ["ordering"] = new JsonObject { ["before"] = new JsonObject { ["access"] = new JsonArray("key-auth") } },
        });

        plugin["consumer_group"]!["id"]!.GetValue<string>().ShouldBe(group["id"]!.GetValue<string>());
        JsonNode.DeepEquals(plugin["ordering"], JsonNode.Parse("""{"before":{"access":["key-auth"]},"after":null}""")).ShouldBeTrue(plugin.ToJsonString());
        (await _plane.SendAsync(HttpMethod.Post, "/plugins", new() { ["name"] = "rate-limiting", ["consumer_group"] = new JsonObject { ["name"] = "gold" }, ["config"] = new JsonObject { ["minute"] = 1 } }))
            .Status.ShouldBe(HttpStatusCode.Conflict);
        (await _plane.SendAsync(HttpMethod.Patch, $"/plugins/{plugin["id"]}", new() { ["ordering"] = null })).Body.ContainsKey("ordering").ShouldBeFalse();
        (await _plane.SendAsync(HttpMethod.Delete, "/consumer_groups/gold")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.SendAsync(HttpMethod.Get, $"/plugins/{plugin["id"]}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Members_OfAConsumerGroup_ComeAndGoFromBothEnds()
    {
        await _plane.PostAsync("/consumer_groups", new() { ["name"] = "gold" });
        foreach (var name in new[] { "anna", "ben", "cleo" })
        {
            await _plane.PostAsync("/consumers", new() { ["username"] = name });
        }

        var added = await _plane.PostAsync("/consumer_groups/gold/consumers", new() { ["consumer"] = "anna" });
        added["consumer_group"]!["name"]!.ToString().ShouldBe("gold");
        added["consumers"]!.AsArray().Single()!["username"]!.ToString().ShouldBe("anna");
        (await _plane.SendAsync(HttpMethod.Post, "/consumer_groups/gold/consumers", new() { ["consumer"] = "anna" })).Status.ShouldBe(HttpStatusCode.Conflict);
        (await _plane.SendAsync(HttpMethod.Post, "/consumer_groups/gold/consumers", new() { ["consumer"] = "nobody" })).Status.ShouldBe(HttpStatusCode.NotFound);
        await _plane.PostAsync("/consumers/ben/consumer_groups", new() { ["group"] = "gold" });
        await _plane.PostAsync("/consumer_groups/gold/consumers", new() { ["consumer"] = new JsonArray("cleo") });

        (await _plane.GetAsync("/consumer_groups/gold"))["consumers"]!.AsArray().Count.ShouldBe(3);
        (await _plane.GetAsync("/consumer_groups/gold?list_consumers=false")).ContainsKey("consumers").ShouldBeFalse();
        (await _plane.GetAsync("/consumer_groups/gold/consumers?size=2"))["next"].ShouldNotBeNull();
        (await _plane.GetAsync("/consumers/ben/consumer_groups"))["data"]!.AsArray().Single()!["name"]!.ToString().ShouldBe("gold");
        (await _plane.SendAsync(HttpMethod.Delete, "/consumer_groups/gold/consumers/ben")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.SendAsync(HttpMethod.Delete, "/consumer_groups/gold/consumers/ben")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _plane.SendAsync(HttpMethod.Delete, "/consumers/cleo")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.GetAsync("/consumer_groups/gold/consumers"))["data"]!.AsArray().Single()!["username"]!.ToString().ShouldBe("anna");
        (await _plane.SendAsync(HttpMethod.Delete, "/consumer_groups/gold/consumers")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.GetAsync("/consumer_groups/gold/consumers"))["data"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Override_OfAPlugin_IsAPartOfItsSettings()
    {
        await _plane.PostAsync("/consumer_groups", new() { ["name"] = "gold" });
        const string path = "/consumer_groups/gold/overrides/plugins/rate-limiting";

        var (status, made) = await _plane.SendAsync(HttpMethod.Put, path, new() { ["config"] = new JsonObject { ["minute"] = 7 } });

        (status, made.ToJsonString()).ShouldBe((HttpStatusCode.Created, """{"config":{"minute":7},"consumer_group":"gold","plugin":"rate-limiting"}"""));
        (await _plane.SendAsync(HttpMethod.Put, path, new() { ["config"] = new JsonObject { ["minute"] = "x", ["nope"] = 1 } }))
            .Body["fields"]!.ToJsonString().ShouldBe("""{"config":{"minute":"expected a number","nope":"unknown field"}}""");
        await _plane.SendAsync(HttpMethod.Put, path, new() { ["config"] = new JsonObject { ["hour"] = 8 } });
        (await _plane.GetAsync(path))["config"]!.ToJsonString().ShouldBe("""{"hour":8}""");
        (await _plane.GetAsync("/consumer_groups/gold"))["plugins"]!.AsArray().Single()!["name"]!.ToString().ShouldBe("rate-limiting");
        (await _plane.SendAsync(HttpMethod.Put, "/consumer_groups/gold/overrides/plugins/nope", new() { ["config"] = new JsonObject() })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _plane.SendAsync(HttpMethod.Delete, path)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.SendAsync(HttpMethod.Delete, path)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task License_Stored_IsShownAndStaysOnThisNode()
    {
        var license = await _plane.PostAsync("/licenses", new() { ["payload"] = """{"license":{"version":"1"}}""" });

        (await _plane.GetAsync("/licenses"))["data"]!.AsArray().Single()!["id"]!.ToString().ShouldBe(license["id"]!.ToString());
        (await _plane.SendAsync(HttpMethod.Put, $"/licenses/{license["id"]}", new() { ["payload"] = "{}" })).Body["payload"]!.GetValue<string>().ShouldBe("{}");
        await _plane.PostAsync("/services", new() { ["host"] = "h.test" });
        await Wait.UntilAsync(() => Exported().Contains("h.test", StringComparison.Ordinal), "the service is published");
        Exported().ShouldNotContain("licenses");

        string Exported() => System.Text.Encoding.UTF8.GetString(_plane.Publisher.Current!.ConfigTable.Span);
    }

    [Theory]
    [InlineData("GET", "/filter-chains")]
    [InlineData("POST", "/filter-chains")]
    [InlineData("OPTIONS", "/filter-chains/x")]
    [InlineData("PUT", "/routes/r/filter-chains/x")]
    public async Task FilterChains_Asked_AreRefusedWithTheReason(string method, string path)
    {
        var (status, answer) = await _plane.SendAsync(new HttpMethod(method), path);

        status.ShouldBe(HttpStatusCode.BadRequest);
        answer["message"]!.GetValue<string>().ShouldBe("this endpoint is only available when wasm is enabled");
    }
}
