using System.Text.Json.Nodes;
using Bunit;
using Gateway.Manager.Components.Pages;
using Gateway.Manager.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Manager.Tests.Pages;

public sealed class LivePageTests : PageContext
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task DataPlanes_NewsOfTheFeed_AppearByThemselves()
    {
        Admin.DataPlanes.Snapshot = Planes(("edge-1", "normal", true));
        await StartAsync();
        var page = Open("");
        page.Find("tbody .badge").TextContent.ShouldBe("In sync");
        Admin.DataPlanes.Push(Planes(("edge-2", "plugin_set_incompatible", false)));
        page.WaitForState(() => page.FindAll("tbody tr").Count == 2, _patience);
        page.FindAll("tbody tr")[1].TextContent.ShouldContain("It lacks a plugin that the configuration uses.");
        page.FindAll("tbody tr")[1].TextContent.ShouldContain("days left");
    }

    [Fact]
    public async Task DataPlanes_FilterInItsAddress_IsWhatIsShown()
    {
        Admin.DataPlanes.Snapshot = Planes(("edge-1", "normal", true), ("edge-2", "unknown", false));
        await StartAsync();
        var page = Open("?state=behind");
        page.FindAll("tbody tr").Single().TextContent.ShouldContain("edge-2");
        await page.Find("input[data-key='/']").InputAsync("edge-1");
        Browser.Services.GetRequiredService<NavigationManager>().Uri.ShouldEndWith("/data-planes?state=behind&q=edge-1");
        page.Find(".empty h2").TextContent.ShouldBe("No data plane fits");
    }

    [Fact]
    public async Task DataPlanes_None_TellsHowToConnectOne()
    {
        Admin.DataPlanes.Snapshot = Planes();
        await StartAsync();
        Open("").Find(".codeblock").TextContent.ShouldContain("KONG_CLUSTER_CONTROL_PLANE");
    }

    [Fact]
    public void Overview_Configured_TellsWhatThereIs()
    {
        Admin.Entities.Add("services", new JsonObject { ["name"] = "orders", ["host"] = "a" });
        var page = Browser.Render<Overview>();
        page.WaitForElement(".counts", _patience);
        page.Find(".counts a[href='/services'] b").TextContent.ShouldBe("1");
        page.Find(".page-lead").TextContent.ShouldContain("3.10.0");
        page.FindAll(".first-steps").ShouldBeEmpty();
    }

    [Fact]
    public void Overview_NothingConfigured_TellsTheFirstSteps()
    {
        var page = Browser.Render<Overview>();
        page.WaitForElement(".first-steps a[href='/services/new']", _patience);
    }

    [Fact]
    public async Task Overview_AdminApiAway_SaysSoAndTriesAgain()
    {
        var port = Admin.Address.Port;
        await Admin.StopAsync();
        var page = Browser.Render<Overview>();
        page.WaitForElement(".failed", _patience);
        await Admin.ListenAsync(port);
        await page.Find(".failed button").ClickAsync(new());
        page.WaitForElement(".counts", _patience);
    }

    private async Task StartAsync()
    {
        var feed = Browser.Services.GetRequiredService<DataPlanesFeed>();
        var live = new TaskCompletionSource();
        feed.StateChanged += () => live.TrySetResult();
        await feed.StartAsync(default);
        await live.Task.WaitAsync(_patience);
    }

    private IRenderedComponent<DataPlanes> Open(string query)
    {
        Browser.Services.GetRequiredService<NavigationManager>().NavigateTo($"/data-planes{query}");
        return Browser.Render<DataPlanes>();
    }

    private static JsonObject Planes(params (string Host, string Status, bool InSync)[] planes) => new()
    {
        ["wanted_hash"] = new string('a', 32),
        ["data"] = new JsonArray([.. planes.Select(plane => (JsonNode)new JsonObject
        {
            ["id"] = plane.Host, ["hostname"] = plane.Host, ["version"] = "3.10.0", ["sync_status"] = plane.Status, ["connected"] = true, ["in_sync"] = plane.InSync,
            ["config_hash"] = new string(plane.InSync ? 'a' : 'b', 32), ["last_seen"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(), ["cert_details"] = new JsonObject { ["expiry_timestamp"] = 4102444800 },
        })]),
    };
}
