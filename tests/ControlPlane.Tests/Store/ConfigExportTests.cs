using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.ControlPlane.Tests.Store;

public sealed class ConfigExportTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Export_LeavesOutWhatIsDisabledAndWhatRefersToIt()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        foreach (var (name, enabled) in new[] { ("on", true), ("off", false) })
        {
            var service = await plane.PostAsync("/services", new() { ["name"] = name, ["host"] = "h.test", ["enabled"] = enabled });
            await plane.PostAsync($"/services/{name}/routes", new() { ["name"] = $"r-{name}", ["paths"] = new JsonArray("/") });
        }

        await plane.PostAsync("/consumers", new() { ["username"] = "c" });
        await plane.PostAsync("/consumers/c/key-auth", new() { ["key"] = "k", ["ttl"] = 1000 });

        var document = plane.Services.GetRequiredService<ConfigExport>().Write(await plane.Services.GetRequiredService<ImageReader>().ReadAsync(default));

        var table = (JsonObject)JsonNode.Parse(document.ConfigTable.Span)!;
        table["_format_version"]!.GetValue<string>().ShouldBe("3.0");
        table["_transform"]!.GetValue<bool>().ShouldBeFalse();
        table["workspaces"]!.AsArray().Single()!["name"]!.GetValue<string>().ShouldBe("default");
        table["services"]!.AsArray().Single()!["name"]!.GetValue<string>().ShouldBe("on");
        var route = table["routes"]!.AsArray().Single()!;
        route["name"]!.GetValue<string>().ShouldBe("r-on");
        route["service"]!.GetValue<string>().ShouldBe(table["services"]![0]!["id"]!.GetValue<string>());
        table["keyauth_credentials"]![0]!["ttl"]!.GetValue<long>().ShouldBeGreaterThan(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        table.ContainsKey("plugins").ShouldBeFalse();
    }
}
