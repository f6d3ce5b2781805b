using System.Text.Json.Nodes;
using Bunit;
using Gateway.Manager.Components.Pages;
using Gateway.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Manager.Tests.Pages;

public sealed class EntityEditTests : PageContext
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task NewService_FilledIn_IsCreatedWithWhatWasSaidAndNothingElse()
    {
        var page = await NewAsync("services");
        await page.Find("#field-name").ChangeAsync("orders");
        await page.Find("#field-host").ChangeAsync("orders.internal");
        await page.Find("#field-port").ChangeAsync("8080");
        await page.Find("#field-protocol").ChangeAsync("https");
        await page.Find("form").SubmitAsync();
        page.WaitForState(() => Admin.Entities["services"].Count == 1, _patience);
        var service = Admin.Entities["services"][0];
        service["port"]!.GetValue<int>().ShouldBe(8080);
        service["protocol"]!.ToString().ShouldBe("https");
        Browser.Services.GetRequiredService<NavigationManager>().Uri.ShouldEndWith($"/services/{service["id"]}");
    }

    [Fact]
    public async Task NewService_Refused_ShowsEveryViolationAtItsField()
    {
        var page = await NewAsync("services");
        await page.Find("#field-port").ChangeAsync("99999");
        await page.Find("form").SubmitAsync();
        page.WaitForAssertion(() => page.Find("#field-host-problem").TextContent.ShouldBe("required field missing"), _patience);
        page.Find("#field-port-problem").TextContent.ShouldBe("value should be between 0 and 65535");
        page.Find("#field-host").GetAttribute("aria-invalid").ShouldBe("true");
        page.Find("#field-port").GetAttribute("value").ShouldBe("99999");
    }

    [Fact]
    public async Task NewService_WhileTyped_IsJudgedWhereItWasTouched()
    {
        var page = await NewAsync("services");
        await page.Find("#field-port").ChangeAsync("99999");
        page.WaitForAssertion(() => page.Find("#field-port-problem").TextContent.ShouldBe("value should be between 0 and 65535"), _patience);
        page.Find("#field-host-problem").TextContent.ShouldBeEmpty("nobody has filled it in yet");
        await page.Find("#field-port").ChangeAsync("80");
        page.WaitForAssertion(() => page.Find("#field-port-problem").TextContent.ShouldBeEmpty(), _patience);
    }

    [Fact]
    public async Task NewService_NumberThatIsNone_IsKeptAsItWasTyped()
    {
        var page = await NewAsync("services");
        await page.Find("#field-port").ChangeAsync("eighty");
        page.Find("#field-port").GetAttribute("value").ShouldBe("eighty");
    }

    [Fact]
    public async Task NewService_Url_FillsItsParts()
    {
        var page = await NewAsync("services");
        await page.Find("#url").ChangeAsync("https://orders.internal:8443/v2");
        page.Find("#field-host").GetAttribute("value").ShouldBe("orders.internal");
        page.Find("#field-port").GetAttribute("value").ShouldBe("8443");
        page.Find("#field-path").GetAttribute("value").ShouldBe("/v2");
        page.FindAll("#field-protocol option[selected]").Single().GetAttribute("value").ShouldBe("https");
    }

    [Fact]
    public async Task EditService_FieldUnknownToTheSchema_IsPreserved()
    {
        var service = Admin.Entities.Add("services", new JsonObject { ["name"] = "orders", ["host"] = "a", ["port"] = 80, ["x_future"] = new JsonObject { ["a"] = 1 } });
        var page = Browser.Render<EntityEdit>(p => p.Add(e => e.Kind, "services").Add(e => e.Id, service["id"]!.ToString()));
        page.WaitForElement("#field-host", _patience);
        await page.Find("#field-host").ChangeAsync("b");
        page.Find(".form-bar [role=status]").TextContent.ShouldBe("Changed: Host");
        await page.Find("form").SubmitAsync();
        page.WaitForState(() => Admin.Entities["services"][0]["host"]!.ToString() == "b", _patience);
        Admin.Entities["services"][0]["x_future"]!.ToJsonString().ShouldBe("""{"a":1}""");
    }

    [SharedFact]
    public async Task NewRoute_EveryKindOfEditor_WritesItsJson()
    {
        var service = Admin.Entities.Add("services", new JsonObject { ["name"] = "orders", ["host"] = "a" });
        var page = await NewAsync("routes", $"?service={service["id"]}");
        page.WaitForAssertion(() => page.Find("#field-service").GetAttribute("value").ShouldBe("orders"), _patience);

        await page.Find("#field-paths").ClickAsync(new());
        await page.Find("#field-paths-0").ChangeAsync("/orders");
        await page.Find("[data-field=paths] .add").ClickAsync(new());
        await page.Find("#field-paths-1").ChangeAsync("/o");
        await page.Find("#field-headers").ClickAsync(new());
        await page.Find("[data-field=headers] .pair input").ChangeAsync("x-team");
        await page.Find("[data-field=headers] .pair .add").ClickAsync(new());
        await page.Find("#field-headers-0-0").ChangeAsync("core");
        await page.Find("#field-strip_path").ChangeAsync(false);
        await page.Find("#field-https_redirect_status_code").ChangeAsync("308");
        await page.FindAll("[data-field=protocols] input").Single(input => input.ParentElement!.TextContent.Trim() == "http").ChangeAsync(false);
        await page.Find("form").SubmitAsync();
        page.WaitForState(() => Admin.Entities["routes"].Count == 1, _patience);

        var route = Admin.Entities["routes"][0];
        route["paths"]!.ToJsonString().ShouldBe("""["/orders","/o"]""");
        route["headers"]!.ToJsonString().ShouldBe("""{"x-team":["core"]}""");
        route["strip_path"]!.GetValue<bool>().ShouldBeFalse();
        route["https_redirect_status_code"]!.GetValue<int>().ShouldBe(308);
        route["protocols"]!.ToJsonString().ShouldBe("""["https"]""");
        route["service"]!["id"]!.ToString().ShouldBe(service["id"]!.ToString());
    }

    [SharedFact]
    public async Task NewRoute_StreamProtocol_AsksForAddressesInsteadOfPaths()
    {
        var page = await NewAsync("routes");
        foreach (var (protocol, on) in new[] { ("http", false), ("https", false), ("tcp", true) })
        {
            await page.FindAll("[data-field=protocols] input").Single(input => input.ParentElement!.TextContent.Trim() == protocol).ChangeAsync(on);
        }

        page.FindAll("[data-field=paths]").ShouldBeEmpty();
        await page.Find("#field-sources").ClickAsync(new());
        await page.Find("#field-sources-0-ip").ChangeAsync("10.0.0.0/8");
        await page.Find("#field-sources-0-port").ChangeAsync("9000");
        page.Find(".code-edit").GetAttribute("value")!.ShouldContain("\"port\": 9000");
    }

    [SharedFact]
    public async Task NewRoute_BadPathAndNoRule_SaysWhichAndWhat()
    {
        var page = await NewAsync("routes");
        await page.Find("form").SubmitAsync();
        page.WaitForAssertion(() => page.Find(".form-problems").TextContent.ShouldContain("must set one of"), _patience);
        await page.Find("#field-paths").ClickAsync(new());
        await page.Find("#field-paths-0").ChangeAsync("orders");
        await page.Find("form").SubmitAsync();
        page.WaitForAssertion(() => page.Find("[data-field=paths] .rows .field-problem").TextContent.ShouldStartWith("should start with: /"), _patience);
    }

    [SharedFact]
    public async Task NewPlugin_Chosen_HasTheFormOfItsConfiguration()
    {
        var page = await NewAsync("plugins", "?name=rate-limiting");
        await page.Find("#field-config-minute").ChangeAsync("5");
        await page.Find("form").SubmitAsync();
        page.WaitForState(() => Admin.Entities["plugins"].Count == 1, _patience);
        Admin.Entities["plugins"][0]["name"]!.ToString().ShouldBe("rate-limiting");
        Admin.Entities["plugins"][0]["config"]!["minute"]!.GetValue<double>().ShouldBe(5);
    }

    private async Task<IRenderedComponent<EntityEdit>> NewAsync(string kind, string query = "")
    {
        Browser.Services.GetRequiredService<NavigationManager>().NavigateTo($"/{kind}/new{query}");
        var page = Browser.Render<EntityEdit>(p => p.Add(e => e.Kind, kind));
        await page.WaitForElementAsync(".form-bar", _patience);
        return page;
    }
}
