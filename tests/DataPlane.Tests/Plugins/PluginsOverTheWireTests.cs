using System.Net;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Plugins.KeyAuth;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Plugins;

public sealed class PluginsOverTheWireTests
{
    private static readonly Consumer _bob = new() { Id = new(Guid.NewGuid()), Username = "bob" };

    [Fact]
    public async Task KeyAuthAndRateLimiting_ForAConsumer_RefuseAndTellAcrossASwap()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        var route = Some.Route(service, "/");
        var config = Some.Config(service, route) with
        {
            Plugins =
            [
                Some.Plugin("key-auth", new JsonObject { ["key_names"] = new JsonArray("apikey"), ["hide_credentials"] = true }),
                Some.Plugin("rate-limiting", new JsonObject { ["year"] = 2, ["policy"] = "local", ["limit_by"] = "consumer" }, consumer: _bob),
            ],
        };
        await using var gateway = await TestGateway.StartAsync(config, services => services
            .AddSingleton<ILookup<Consumer>>(new FakeLookup<Consumer>(_bob))
            .AddSingleton<ILookup<KeyAuthCredential>>(new FakeLookup<KeyAuthCredential>(new KeyAuthCredential { Id = new(Guid.NewGuid()), Consumer = _bob.Id, Key = "kbob" }))
            .AddLogging());

        using var refused = await gateway.Client.GetAsync("/");
        using var first = await GetAsync(gateway);
        gateway.Use(config);
        using var second = await GetAsync(gateway);
        using var third = await GetAsync(gateway);

        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Headers.WwwAuthenticate.ToString().ShouldBe("Key");
        (await refused.Content.ReadAsStringAsync()).ShouldContain("No API key found in request");
        first.Headers.GetValues("X-RateLimit-Remaining-Year").ShouldBe(["1"]);
        second.Headers.GetValues("X-RateLimit-Remaining-Year").ShouldBe(["0"]);
        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        upstream.Seen.Count.ShouldBe(2);
        upstream.Last.Headers["X-Consumer-Username"].ShouldBe("bob");
        upstream.Last.Headers.ContainsKey("apikey").ShouldBeFalse();
    }

    [Fact]
    public async Task RateLimiting_BoundToAGroup_LimitsItsMembersOnly()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        var gold = new ConsumerGroup { Id = new(Guid.NewGuid()), Name = "gold" };
        var config = Some.Config(service, Some.Route(service, "/")) with
        {
            Plugins =
            [
                Some.Plugin("key-auth", new JsonObject { ["key_names"] = new JsonArray("apikey") }),
                Some.Plugin("rate-limiting", new JsonObject { ["year"] = 100, ["policy"] = "local" }) with { ConsumerGroup = gold.Id },
                Some.Plugin("rate-limiting", new JsonObject { ["year"] = 5, ["policy"] = "local" }),
            ],
        };
        var members = new FakeLookup<ConsumerGroupMember>();
        await using var gateway = await TestGateway.StartAsync(config, services => services
            .AddSingleton<ILookup<Consumer>>(new FakeLookup<Consumer>(_bob))
            .AddSingleton<ILookup<KeyAuthCredential>>(new FakeLookup<KeyAuthCredential>(new KeyAuthCredential { Id = new(Guid.NewGuid()), Consumer = _bob.Id, Key = "kbob" }))
            .AddSingleton<ILookup<ConsumerGroupMember>>(members)
            .AddSingleton<ILookup<ConsumerGroup>>(new FakeLookup<ConsumerGroup>(gold))
            .AddLogging());

        using var outside = await GetAsync(gateway);
        members.Add(new ConsumerGroupMember { Id = new(Guid.NewGuid()), Consumer = _bob.Id, ConsumerGroup = gold.Id });
        using var inside = await GetAsync(gateway);

        outside.Headers.GetValues("X-RateLimit-Limit-Year").ShouldBe(["5"]);
        inside.Headers.GetValues("X-RateLimit-Limit-Year").ShouldBe(["100"]);
    }

    private static async Task<HttpResponseMessage> GetAsync(TestGateway gateway)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "apikey", "kbob" } } };
        return await gateway.Client.SendAsync(request);
    }
}
