using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed class WorkspaceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private RunningControlPlane _plane = null!;

    public async Task InitializeAsync()
    {
        _plane = await RunningControlPlane.StartAsync(postgres);
        await _plane.PostAsync("/workspaces", new() { ["name"] = "blue", ["comment"] = "the sea" });
    }

    public async Task DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task Entities_OfAWorkspace_AreSeenThereAlone()
    {
        var made = await _plane.PostAsync("/blue/services", new() { ["name"] = "s", ["host"] = "blue.test" });
        var other = await _plane.PostAsync("/services", new() { ["name"] = "s", ["host"] = "other.test" });

        made.ContainsKey("ws_id").ShouldBeFalse();
        (await _plane.GetAsync("/blue/services/s"))["host"]!.GetValue<string>().ShouldBe("blue.test");
        (await _plane.GetAsync("/services/s"))["host"]!.GetValue<string>().ShouldBe("other.test");
        (await _plane.GetAsync("/default/services"))["data"]!.AsArray().Single()!["id"]!.ToString().ShouldBe(other["id"]!.ToString());
        (await _plane.SendAsync(HttpMethod.Get, $"/services/{made["id"]}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _plane.SendAsync(HttpMethod.Post, "/blue/services", new() { ["name"] = "s", ["host"] = "h" })).Status.ShouldBe(HttpStatusCode.Conflict);
        (await _plane.SendAsync(HttpMethod.Get, "/green/services")).Body["message"]!.GetValue<string>().ShouldBe("Workspace 'green' not found");
        (await _plane.SendAsync(HttpMethod.Get, "/green")).Body["message"]!.GetValue<string>().ShouldBe("Not found");
        (await _plane.GetAsync("/blue/kong"))["version"].ShouldNotBeNull();
        (await _plane.SendAsync(HttpMethod.Get, "/clustering/status")).Body["message"]!.GetValue<string>().ShouldStartWith("this endpoint is only available");
    }

    [Fact]
    public async Task References_ToAnotherWorkspace_LeadNowhere()
    {
        var blue = await _plane.PostAsync("/blue/services", new() { ["name"] = "mine", ["host"] = "blue.test" });
        var reference = new JsonObject { ["id"] = blue["id"]!.ToString() };

        var (status, error) = await _plane.SendAsync(HttpMethod.Post, "/routes", new() { ["paths"] = new JsonArray("/"), ["service"] = reference });

        status.ShouldBe(HttpStatusCode.BadRequest);
        error["message"]!.GetValue<string>().ShouldBe($"the foreign key '{{id=\"{blue["id"]}\"}}' does not reference an existing 'services' entity.");
        (await _plane.SendAsync(HttpMethod.Post, "/routes", new() { ["paths"] = new JsonArray("/"), ["service"] = new JsonObject { ["name"] = "mine" } }))
            .Body["name"]!.GetValue<string>().ShouldBe("foreign keys unresolved");
        await _plane.PostAsync("/blue/routes", new() { ["paths"] = new JsonArray("/"), ["service"] = new JsonObject { ["name"] = "mine" } });
    }

    [Fact]
    public async Task Page_OfAWorkspace_LeadsToItsNextOne()
    {
        foreach (var name in new[] { "a", "b" })
        {
            await _plane.PostAsync("/blue/consumers", new() { ["username"] = name, ["tags"] = new JsonArray("t") });
        }

        var page = await _plane.GetAsync("/blue/consumers?size=1");
        var rest = await _plane.GetAsync(page["next"]!.GetValue<string>());

        page["data"]!.AsArray().Concat(rest["data"]!.AsArray()).Select(c => c!["username"]!.GetValue<string>()).ShouldBe(["a", "b"], ignoreOrder: true);
        (await _plane.GetAsync("/blue/tags/t"))["data"]!.AsArray().Count.ShouldBe(2);
        (await _plane.GetAsync("/tags/t"))["data"]!.AsArray().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Names_ThatPathsBeginWith_AreRefused()
    {
        var first = (await _plane.GetAsync("/endpoints"))["data"]!.AsArray().Select(p => p!.GetValue<string>().Trim('/').Split('/')[0]).Where(s => s.Length > 0).Distinct();
        foreach (var name in first)
        {
            (await _plane.SendAsync(HttpMethod.Post, "/workspaces", new() { ["name"] = name })).Status.ShouldBe(HttpStatusCode.BadRequest, name);
        }
    }

    [Fact]
    public async Task Workspace_InUseOrDefault_StaysWithItsName()
    {
        await _plane.PostAsync("/blue/upstreams", new() { ["name"] = "u.test" });

        (await DeleteAsync("blue")).ShouldBe("Workspace is not empty");
        (await DeleteAsync("default")).ShouldBe("Cannot delete the default workspace");
        (await _plane.SendAsync(HttpMethod.Patch, "/workspaces/blue", new() { ["name"] = "red" })).Body["message"]!.GetValue<string>().ShouldBe("Cannot rename a workspace");
        var (_, changed) = await _plane.SendAsync(HttpMethod.Patch, "/workspaces/blue", new() { ["meta"] = new JsonObject { ["color"] = "#00f" } });
        changed["meta"]!.ToJsonString().ShouldBe("""{"color":"#00f"}""");
        await _plane.SendAsync(HttpMethod.Delete, "/blue/upstreams/u.test");
        (await DeleteAsync("blue")).ShouldBeNull();

        async Task<string?> DeleteAsync(string name) => (string?)(await _plane.SendAsync(HttpMethod.Delete, $"/workspaces/{name}")).Body["message"];
    }

    [Fact]
    public async Task Document_ForDataPlanes_NamesOnlyOtherWorkspacesThanTheDefaultOne()
    {
        await _plane.PostAsync("/blue/services", new() { ["host"] = "blue.test" });
        await _plane.PostAsync("/services", new() { ["host"] = "plain.test" });

        await Wait.UntilAsync(() => Exported()["services"] is JsonArray { Count: 2 }, "both are published");
        var workspaces = Exported()["workspaces"]!.AsArray().ToDictionary(w => w!["id"]!.ToString(), w => w!["name"]!.ToString());
        Exported()["services"]!.AsArray().ToDictionary(s => s!["host"]!.ToString(), s => s!["ws_id"] is { } id ? workspaces[id.ToString()] : null)
            .ShouldBe(new Dictionary<string, string?> { ["blue.test"] = "blue", ["plain.test"] = null }, ignoreOrder: true);

        JsonObject Exported() => (JsonObject)JsonNode.Parse(Encoding.UTF8.GetString(_plane.Publisher.Current!.ConfigTable.Span))!;
    }
}
