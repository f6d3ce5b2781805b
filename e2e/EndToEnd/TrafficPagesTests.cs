using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace Gateway.EndToEnd;

/// <summary>What the Manager shows of traffic and of one data plane, in a real browser against the real processes.</summary>
public sealed class TrafficPagesTests(SharedPlatform shared) : IClassFixture<SharedPlatform>
{
    // A histogram with a hundred requests of about 8 ms and five of about 30 ms.
    private const string Latency = "'\\x9f01641e05'::bytea";

    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(400, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    public async Task Traffic_OfDataPlanesServicesAndRequests_IsShownWhileItRuns(int width, ColorScheme scheme)
    {
        var platform = shared.Platform;
        await RememberAsync(platform, shared.ServiceId);
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync(width, scheme);
        await page.GotoAsync(platform.Manager);
        await ManagerTests.SignInAsync(page, Platform.Password);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();
        await using var load = new Load(platform.Http, $"{platform.Proxy}/orders/anything?apikey=secret-of-somebody", clients: 3, TimeSpan.FromMilliseconds(50));
        await using var lost = new Load(platform.Http, $"{platform.Proxy}/nothing", clients: 1, TimeSpan.FromMilliseconds(200));

        // The data plane: found in the list, with all that is known of it.
        await page.GotoAsync($"{platform.Manager}/data-planes");
        await page.GetByRole(AriaRole.Link, new() { Name = Environment.MachineName }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(Environment.MachineName);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("In sync");
        await Expect(page.Locator(".history")).ToContainTextAsync("Connected");
        await Expect(page.Locator(".history")).ToContainTextAsync("Took a configuration");
        await Expect(page.Locator(".columns-2")).ToContainTextAsync("key-auth");
        await Expect(page.Locator(".plane-cards")).ToContainTextAsync("kong_clustering");
        await Expect(page.Locator("[data-live=requests]")).ToHaveTextAsync(new Regex("^[1-9]"), new() { Timeout = 30_000 });
        await Expect(page.Locator(".tail-list tbody tr").Nth(5)).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await ShotAsync(page, "data-plane", width, scheme);

        // Requests as they come, filtered; nothing of the key is there.
        await page.GotoAsync($"{platform.Manager}/live");
        await Expect(page.Locator(".tail-list")).ToContainTextAsync("/orders/anything?apikey=***");
        await Expect(page.Locator(".tail-list")).ToContainTextAsync("/nothing");
        await ShotAsync(page, "live", width, scheme);
        await page.GetByLabel("Status").SelectOptionAsync("4xx");
        await Expect(page.Locator(".tail-list .badge.good")).ToHaveCountAsync(0);
        await Expect(page.Locator(".tail-list")).ToContainTextAsync("404");
        (await page.ContentAsync()).ShouldNotContain("secret-of-somebody");

        // A service: live, and its history.
        await page.GotoAsync($"{platform.Manager}/services/{shared.ServiceId}?tab=traffic");
        await Expect(page.Locator("[data-live=requests]")).ToHaveTextAsync(new Regex("^[1-9]"), new() { Timeout = 30_000 });
        await Expect(page.Locator(".tail-list")).ToContainTextAsync("orders-v1", new() { Timeout = 30_000 });
        await ShotAsync(page, "service-live", width, scheme);
        await page.GetByRole(AriaRole.Link, new() { Name = "1 day" }).ClickAsync();
        await Expect(page.Locator("[data-unit-of=requests]")).ToHaveTextAsync("in all");
        await Expect(page.Locator("figure[data-chart=latency] .chart-readout")).ToContainTextAsync("p95");
        await ShotAsync(page, "service-day", width, scheme);
        await page.GotoAsync($"{platform.Manager}/?range=month");
        await Expect(page.Locator("[data-live=connections]")).ToHaveTextAsync(new Regex("^[1-9]"));
        await Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
        await ShotAsync(page, "overview-month", width, scheme);

        browser.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Traffic_OfATraditionalNode_IsThereToo()
    {
        await using var platform = await Platform.StartAsync(planes: false);
        await platform.StartTraditionalAsync();
        await platform.PostAsync("/services", 201, ("name", "mock"), ("url", platform.EchoUrl));
        await platform.PostAsync("/services/mock/routes", 201, ("paths", "/mock"));
        await platform.WaitForProxyAsync("/mock/anything", 200);
        await Wait.UntilAsync(
            async () => JsonNode.Parse(await platform.Http.GetStringAsync(new Uri($"{platform.Admin}/vitals/services/mock?interval=seconds")))!["data"]!.AsArray().Sum(s => (int)s!["r2xx"]!) > 0,
            "the request is counted");
        (await platform.Http.GetStringAsync(new Uri($"http://127.0.0.1:{platform.Port("cp-status")}/metrics"))).ShouldContain("kong_http_requests_total{service=\"mock\"");
    }

    /// <summary>Stores a day and a month of traffic, as control planes did that ran for so long.</summary>
    private static async Task RememberAsync(Platform platform, string service)
    {
        await using var connection = new NpgsqlConnection(platform.Database);
        await connection.OpenAsync();
        foreach (var (kind, id) in new[] { (0, Guid.Empty.ToString()), (2, service) })
        {
            foreach (var (step, count) in new[] { (60, 1439), (3600, 718) })
            {
                await using var command = new NpgsqlCommand($"""
                    INSERT INTO vitals (kind, id, step, at, origin, r1xx, r2xx, r3xx, r4xx, r5xx, connections, memory_bytes, latency)
                    SELECT {kind}, '{id}', {step}, date_bin('{step} seconds', now(), 'epoch') - n * interval '{step} seconds', '{Guid.Empty}',
                      0, ({step} * (14 + 9 * sin(n * {step} / 13750.0) + n % 5))::bigint, 0, {step} * (n % 4) / 9, {step} * (n % 41 = 0)::int, 9, 300000000, {Latency}
                    FROM generate_series(2, {count}) n ON CONFLICT DO NOTHING
                    """, connection);
                await command.ExecuteNonQueryAsync();
            }
        }
    }

    private static async Task ShotAsync(IPage page, string name, int width, ColorScheme scheme)
    {
        (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue($"{name} at {width} scrolls sideways");
        await page.ScreenshotAsync(new() { FullPage = true, Path = RepositoryFolder.PathOf("artifacts", "screenshots", $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png") });
    }
}
