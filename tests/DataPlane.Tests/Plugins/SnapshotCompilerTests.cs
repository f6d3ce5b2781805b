using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;

namespace Gateway.DataPlane.Tests.Plugins;

public sealed class SnapshotCompilerTests
{
    [Fact]
    public async Task Compile_WhatDoesNotHold_NamesEntityAndFieldAndKeepsTheOldOne()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));
        var regex = Some.Route(service, "~/(?=a)");
        var header = Some.Route(service, "/") with { Headers = new Dictionary<string, IReadOnlyList<string>> { ["a"] = ["~*["] } };
        var dangling = Some.Route(Some.Service(1), "/");
        var unknown = Some.Plugin("no-such-plugin", []);
        var badConfig = Some.Plugin("rate-limiting", new JsonObject { ["minute"] = "many" });
        var sni = new Sni { Id = new(Some.Id()), Name = "a.test", Certificate = new(Some.Id()) };

        Failed(gateway, Some.Config(service, regex)).ShouldBe(("routes", regex.Id.Value, "paths"));
        Failed(gateway, Some.Config(service, header)).ShouldBe(("routes", header.Id.Value, "headers"));
        Failed(gateway, Some.Config(service, dangling)).ShouldBe(("routes", dangling.Id.Value, "service"));
        Failed(gateway, Some.Config(service) with { Plugins = [unknown] }).ShouldBe(("plugins", unknown.Id.Value, "name"));
        Failed(gateway, Some.Config(service) with { Plugins = [badConfig] }).ShouldBe(("plugins", badConfig.Id.Value, "config.minute"));
        Failed(gateway, Some.Config(service) with { Snis = [sni] }).ShouldBe(("snis", sni.Id.Value, "certificate"));
        (await gateway.Client.GetAsync("/")).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    private static (string?, Guid?, string?) Failed(TestGateway gateway, ConfigEntities entities)
    {
        var failed = gateway.Compile(entities).ShouldBeOfType<CompileResult.Failed>();
        failed.Message.ShouldNotBeNullOrEmpty();
        return (failed.Entity, failed.Id, failed.Field);
    }
}
