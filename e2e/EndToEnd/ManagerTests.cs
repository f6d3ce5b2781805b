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

    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(400, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    public async Task Manager_EveryPage_FitsItsWidthAndWritesNoError(int width, ColorScheme scheme)
    {
        await using var platform = await Platform.StartAsync();
        var service = await platform.PostAsync("/services", 201, ("name", "orders"), ("url", platform.EchoUrl));
        await platform.PostAsync("/services/orders/routes", 201, ("name", "orders-v1"), ("paths", "/orders"));
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync(width, scheme);
        await page.GotoAsync(platform.Manager);
        await ShotAsync(page, "sign-in", width, scheme);
        await SignInAsync(page, Platform.Password);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();

        foreach (var path in new[] { "", "data-planes", "services", "routes", "services/new", "routes/new", $"services/{service["id"]}", "plugins/new?name=rate-limiting" })
        {
            await page.GotoAsync($"{platform.Manager}/{path}");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
            (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue($"{path} at {width} scrolls sideways");
            await ShotAsync(page, path.Length is 0 ? "overview" : path.Split('?')[0].Replace('/', '-'), width, scheme);
        }

        browser.Errors.ShouldBeEmpty();
    }

    private static async Task SignInAsync(IPage page, string password)
    {
        await page.GetByLabel("Name").FillAsync("kong_admin");
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>Leaves a picture for people; the ids in file names would differ from run to run.</summary>
    private static Task ShotAsync(IPage page, string name, int width, ColorScheme scheme)
    {
        var file = System.Text.RegularExpressions.Regex.Replace(name, "[0-9a-f-]{36}", "detail");
        return page.ScreenshotAsync(new() { Path = RepositoryFolder.PathOf("artifacts", "screenshots", $"{file}-{width}-{scheme.ToString().ToLowerInvariant()}.png") });
    }
}
