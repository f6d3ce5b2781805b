using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gateway.EndToEnd;

/// <summary>Every page of the Manager at its widths, in light and dark, in a real browser.</summary>
public sealed class ManagerPagesTests(SharedPlatform shared) : IClassFixture<SharedPlatform>
{
    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(400, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    public async Task Manager_EveryPage_FitsItsWidthAndWritesNoError(int width, ColorScheme scheme)
    {
        var platform = shared.Platform;
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync(width, scheme);
        await page.GotoAsync(platform.Manager);
        await ShotAsync(page, "sign-in", width, scheme);
        await ManagerTests.SignInAsync(page, Platform.Password);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();

        foreach (var path in new[] { "", "data-planes", "services", "routes", "services/new", "routes/new", $"services/{shared.ServiceId}", "plugins/new?name=rate-limiting" })
        {
            await page.GotoAsync($"{platform.Manager}/{path}");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
            (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue($"{path} at {width} scrolls sideways");
            await ShotAsync(page, path.Length is 0 ? "overview" : path.Split('?')[0].Replace('/', '-'), width, scheme);
        }

        browser.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Manager_PagesLeftWhileTheyLoad_FailNever()
    {
        var platform = shared.Platform;
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync();
        await page.GotoAsync(platform.Manager);
        await ManagerTests.SignInAsync(page, Platform.Password);
        for (var i = 0; i < 15; i++)
        {
            // A fresh document loads every script anew, and the page is left while it does.
            await page.GotoAsync(platform.Manager);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();
            await page.Locator("nav[aria-label=Main] a", new() { HasText = i % 2 is 0 ? "Data planes" : "Services" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Table)).ToBeVisibleAsync();
            await page.Locator("nav[aria-label=Main] a", new() { HasText = "Overview" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();
        }

        (await page.GetByText("This page failed").CountAsync()).ShouldBe(0, platform.ControlPlane.Output);
        browser.Errors.ShouldBeEmpty();
    }

    /// <summary>Leaves a picture for people; the ids in file names would differ from run to run.</summary>
    private static Task ShotAsync(IPage page, string name, int width, ColorScheme scheme)
    {
        var file = Regex.Replace(name, "[0-9a-f]{8}-[0-9a-f-]{27}", "detail");
        return page.ScreenshotAsync(new() { Path = RepositoryFolder.PathOf("artifacts", "screenshots", $"{file}-{width}-{scheme.ToString().ToLowerInvariant()}.png") });
    }
}
