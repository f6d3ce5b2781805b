using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gateway.EndToEnd;

/// <summary>The Manager in a real browser, against the real processes.</summary>
public sealed class ManagerTests
{
    [Fact]
    public async Task Manager_FirstDay_SignInSeeThePlaneCreateAndWatch()
    {
        await using var platform = await Platform.StartAsync();
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync();

        // Nobody gets in without the password.
        await page.GotoAsync(platform.Manager);
        await SignInAsync(page, "not the password");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("wrong");
        await SignInAsync(page, Platform.Password);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();

        // The connected data plane: in sync, its certificate's days, its last sign of life ticking.
        await page.GetByRole(AriaRole.Link, new() { Name = "Data planes" }).First.ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = Environment.MachineName });
        await Expect(row).ToContainTextAsync("In sync");
        await Expect(row).ToContainTextAsync("days left");
        await Expect(row).ToContainTextAsync("3.10.0");

        // A service and a route, in forms.
        await page.GotoAsync($"{platform.Manager}/services/new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("mock");
        await page.GetByLabel("Host", new() { Exact = false }).FillAsync("bad host");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create service" }).ClickAsync();
        await Expect(page.Locator("[data-field=host] .field-problem")).ToContainTextAsync("invalid value");
        await page.GetByLabel("Host", new() { Exact = false }).FillAsync("127.0.0.1");
        await page.GetByLabel("Port", new() { Exact = true }).FillAsync(new Uri(platform.EchoUrl).Port.ToString(CultureInfo.InvariantCulture));
        await page.GetByRole(AriaRole.Button, new() { Name = "Create service" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "mock", Level = 1 })).ToBeVisibleAsync();

        await page.GotoAsync($"{platform.Manager}/routes/new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("mock-route");
        await page.Locator("[data-field=service] input").FillAsync("mock");
        await page.GetByRole(AriaRole.Option, new() { Name = "mock" }).ClickAsync();
        await page.Locator("[data-field=paths] button.add").ClickAsync();
        await page.Locator("[data-field=paths] input").FillAsync("/mock");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create route" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "mock-route", Level = 1 })).ToBeVisibleAsync();
        await platform.WaitForProxyAsync("/mock/anything", 200);

        // Live requests per second move while requests run.
        await page.GotoAsync(platform.Manager);
        await using (new Load(platform.Http, $"{platform.Proxy}/mock/anything"))
        {
            await Expect(page.Locator("[data-live=requests]")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[1-9]"), new() { Timeout = 30_000 });
        }

        browser.Errors.ShouldBeEmpty();
    }

    internal static async Task SignInAsync(IPage page, string password)
    {
        await page.GetByLabel("Name").FillAsync("kong_admin");
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
