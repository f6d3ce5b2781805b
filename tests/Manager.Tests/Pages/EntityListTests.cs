using System.Text.Json.Nodes;
using Bunit;
using Gateway.Manager.Components.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Manager.Tests.Pages;

public sealed class EntityListTests : PageContext
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void List_Filled_ShowsWhatAnOperatorScansFor()
    {
        var page = Open("", 3);
        page.FindAll("tbody tr").Count.ShouldBe(3);
        page.Find("tbody td.name a").GetAttribute("href")!.ShouldStartWith("/services/");
        page.Find("tbody").TextContent.ShouldContain("http://host-0:80");
    }

    [Fact]
    public void List_StateInItsAddress_IsWhatIsShown()
    {
        var page = Open("?q=service-1&sort=-name", 12);
        page.FindAll("tbody td.name").Select(cell => cell.TextContent.Trim()).ShouldBe(["service-11", "service-10", "service-1"]);
        page.Find("input[data-key='/']").GetAttribute("value").ShouldBe("service-1");
        page.Find("th[aria-sort=descending]").TextContent.Trim().ShouldBe("Name");
    }

    [Fact]
    public async Task List_Searched_WritesItsAddress()
    {
        var page = Open("", 3);
        await page.Find("input[data-key='/']").InputAsync("service-2");
        page.WaitForState(() => Uri.EndsWith("/services?q=service-2", StringComparison.Ordinal), _patience);
    }

    [Fact]
    public async Task List_NextPage_IsALinkThatCanBeSent()
    {
        var page = Open("?size=25", 30);
        await page.FindAll(".pager button").Single(button => button.TextContent.Contains("Next")).ClickAsync(new());
        page.WaitForState(() => Uri.Contains("size=25", StringComparison.Ordinal) && Uri.Contains("offset=", StringComparison.Ordinal), _patience);
        page.WaitForState(() => page.FindAll("tbody tr").Count == 5, _patience);
    }

    [Fact]
    public void List_Empty_TellsWhatTheyAreForAndHowToMakeOne()
    {
        var page = Open("", 0);
        page.Find(".empty h2").TextContent.ShouldBe("No services yet");
        page.Find(".empty a").GetAttribute("href").ShouldBe("/services/new");
    }

    [Fact]
    public void List_NothingFits_OffersEverything() => Open("?q=nothing", 2).Find(".empty h2").TextContent.ShouldBe("Nothing fits");

    [Fact]
    public async Task List_AdminApiFails_SaysWhyAndTriesAgain()
    {
        Admin.Fault = 500;
        var page = Open("", 1, ".failed");
        page.Find(".failed p").TextContent.ShouldBe("An unexpected error occurred");
        Admin.Fault = null;
        await page.Find(".failed button").ClickAsync(new());
        page.WaitForElement("tbody tr", _patience);
    }

    [Fact]
    public async Task Delete_NameTyped_DeletesAndSaysWhatGoesWithIt()
    {
        var page = Open("", 1);
        Admin.Entities.Add("plugins", new JsonObject { ["name"] = "key-auth", ["service"] = new JsonObject { ["id"] = Admin.Entities["services"][0]["id"]!.ToString() } });
        await page.InvokeAsync(() => page.Find("tbody .danger").Click());
        page.WaitForAssertion(() => page.Find("dialog li").TextContent.ShouldBe("1 plugin: key-auth"), _patience);
        page.Find("dialog .danger").HasAttribute("disabled").ShouldBeTrue();
        await page.Find("#confirm-name").InputAsync("service-0");
        page.WaitForAssertion(() => page.Find("dialog .danger").HasAttribute("disabled").ShouldBeFalse(), _patience);
        // What is found must not be drawn anew before it is clicked.
        await page.InvokeAsync(() => page.Find("dialog .danger").Click());
        page.WaitForState(() => Admin.Entities["services"].Count == 0, _patience);
        page.WaitForElement(".empty", _patience);
    }

    private string Uri => Browser.Services.GetRequiredService<NavigationManager>().Uri;

    private IRenderedComponent<EntityList> Open(string query, int count, string wait = "tbody tr, .empty")
    {
        for (var i = 0; i < count; i++)
        {
            Admin.Entities.Add("services", new JsonObject { ["name"] = $"service-{i}", ["protocol"] = "http", ["host"] = $"host-{i}", ["port"] = 80 });
        }

        Browser.Services.GetRequiredService<NavigationManager>().NavigateTo($"/services{query}");
        var page = Browser.Render<EntityList>(p => p.Add(e => e.Kind, "services"));
        page.WaitForElement(wait, _patience);
        return page;
    }
}
