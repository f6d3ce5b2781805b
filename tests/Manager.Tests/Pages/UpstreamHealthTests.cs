using System.Text.Json.Nodes;
using Bunit;
using Gateway.Manager.Components.Controls;

namespace Gateway.Manager.Tests.Pages;

public sealed class UpstreamHealthTests : PageContext
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Health_OfTwoNodes_ShowsEachAddressWithItsReasonAndFollows()
    {
        Admin.Health = Health("UNHEALTHY", "probe: connection refused");
        await using var ended = Open(out var panel);
        panel.WaitForElement("tbody tr", _patience);
        panel.FindAll(".node-health h2").Count.ShouldBe(2);
        var rows = panel.FindAll("tbody tr").Select(r => r.TextContent).ToArray();
        rows[0].ShouldContain("a.test:80");
        rows[0].ShouldContain("10.0.0.1:80");
        rows[0].ShouldContain("Unhealthy");
        rows[0].ShouldContain("probe: connection refused");
        rows[1].ShouldContain("Name not found");
        panel.FindAll("button").ShouldBeEmpty("this Admin API takes no marks");

        Admin.Health = Health("HEALTHY", "probe: HTTP 200");
        panel.WaitForState(() => panel.Find("tbody tr .badge").TextContent is "Healthy", _patience);
    }

    [Fact]
    public async Task Mark_WhereTheAdminApiTakesIt_IsSentAndShownAtOnce()
    {
        Admin.Health = Health("UNHEALTHY", "probe: connection refused", marks: true);
        await using var ended = Open(out var panel);
        panel.WaitForElement("tbody button", _patience);
        await panel.Find("tbody button").ClickAsync(new());
        Admin.Requests.ShouldContain("PUT upstreams/u1/targets/t1/10.0.0.1:80/healthy");
        panel.WaitForState(() => panel.Find("tbody tr .badge").TextContent is "Healthy", _patience);
    }

    [Fact]
    public async Task Health_ThatIsNotTold_SaysSo()
    {
        await using var ended = Open(out var panel);
        panel.WaitForElement(".empty", _patience).TextContent.ShouldContain("This Admin API does not tell");
    }

    private IAsyncDisposable Open(out IRenderedComponent<UpstreamHealthPanel> panel)
    {
        panel = Browser.Render<UpstreamHealthPanel>(p => p.Add(h => h.Upstream, "u1"));
        return panel.Instance;
    }

    private static JsonObject Health(string state, string reason, bool marks = false) => new()
    {
        ["data"] = new JsonArray(Node("edge-1", state, reason), Node("edge-2", state, reason)),
        ["marks"] = marks,
    };

    private static JsonObject Node(string name, string state, string reason) => new()
    {
        ["id"] = name,
        ["hostname"] = name,
        ["health"] = state,
        ["targets"] = new JsonArray(
            new JsonObject
            {
                ["id"] = "t1",
                ["host"] = "a.test",
                ["port"] = 80,
                ["nodeWeight"] = 100,
                ["health"] = state,
                ["addresses"] = new JsonArray(new JsonObject { ["ip"] = "10.0.0.1", ["port"] = 80, ["weight"] = 100, ["health"] = state, ["reason"] = reason }),
            },
            new JsonObject { ["id"] = "t2", ["host"] = "gone.test", ["port"] = 80, ["dns"] = "dns server error: 3 name error", ["nodeWeight"] = 100, ["health"] = "DNS_ERROR", ["addresses"] = new JsonArray() }),
    };
}
