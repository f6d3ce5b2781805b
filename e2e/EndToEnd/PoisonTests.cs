using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace Gateway.EndToEnd;

/// <summary>Configurations that no Admin API would take, written around it into the database as a fault would: a data plane refuses them whole, says why, and takes the next good one.</summary>
public sealed class PoisonTests
{
    private static readonly (string Change, string Mending, string Entity, string Field)[] _poisons =
    [
        ("UPDATE routes SET paths = ARRAY['~(']", "UPDATE routes SET paths = ARRAY['/mock']", "routes", "paths"),
        ("UPDATE services SET port = 700000", "UPDATE services SET port = @port", "services", "port"),
        ("ALTER TABLE routes DROP CONSTRAINT IF EXISTS routes_service_id_fkey; UPDATE routes SET service_id = gen_random_uuid()",
            "UPDATE routes SET service_id = (SELECT id FROM services)", "routes", "service"),
        ("UPDATE plugins SET config = jsonb_set(config::jsonb, '{status_code}', '\"many\"')", "UPDATE plugins SET config = jsonb_set(config::jsonb, '{status_code}', '418')", "plugins", "config"),
        ("UPDATE plugins SET config = jsonb_set(config::jsonb, '{body}', to_jsonb(repeat('x', 20000000)))", "UPDATE plugins SET config = jsonb_set(config::jsonb, '{body}', 'null')", "plugins", "config"),
        ("DROP INDEX consumers_username_key; INSERT INTO consumers (id, username, ws_id) SELECT gen_random_uuid(), 'twin', w.id FROM workspaces w, generate_series(1, 2)",
            "UPDATE consumers SET username = 'twin-' || id", "consumers", "username"),
    ];

    [Fact]
    public async Task Poison_OfEachKind_IsRefusedWholeAndShownInTheManager_AndTheNextGoodOneIsServed()
    {
        await using var platform = await Platform.StartAsync();
        await platform.PostAsync("/services", 201, ("name", "mock"), ("url", platform.EchoUrl));
        await platform.PostAsync("/services/mock/routes", 201, ("name", "mock"), ("paths", "/mock"));
        await platform.PostAsync("/plugins", 201, ("name", "request-termination"), ("enabled", "false"), ("config.status_code", "418"));
        await platform.WaitForProxyAsync("/mock/anything", 200);
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync();
        await page.GotoAsync(platform.Manager);
        await ManagerTests.SignInAsync(page, Platform.Password);
        await page.GetByRole(AriaRole.Link, new() { Name = "Data planes" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = Environment.MachineName }).GetByRole(AriaRole.Link).First.ClickAsync();

        foreach (var (number, (change, mending, entity, field)) in _poisons.Index())
        {
            var path = $"/after-{number}";
            await ExecuteAsync(platform, change, entity);
            await Wait.UntilAsync(async () => Has(await ProblemsAsync(platform), entity, field), $"the data plane reports {entity} and {field}");
            await Expect(page.Locator("main")).ToContainTextAsync(entity, new() { Timeout = 15_000 });
            await Expect(page.Locator("main")).ToContainTextAsync(field, new() { Timeout = 15_000 });
            using (var served = await platform.Http.GetAsync(new Uri($"{platform.Proxy}/mock/anything")))
            {
                ((int)served.StatusCode).ShouldBe(200, "what was served before is served on");
            }

            await ExecuteAsync(platform, mending.Replace("@port", new Uri(platform.EchoUrl).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal), entity);
            await platform.PostAsync("/services/mock/routes", 201, ("paths", path));
            await platform.WaitForProxyAsync($"{path}/anything", 200);
            await Wait.UntilAsync(async () => (await ProblemsAsync(platform)).Count is 0, "the data plane has nothing to report");
        }

        // A plugin that no data plane has: the control plane keeps it back, and the plane is told apart from those in sync.
        await ExecuteAsync(platform, "UPDATE plugins SET name = 'unheard-of'", "plugins");
        await Wait.UntilAsync(async () => (string?)(await PlaneAsync(platform))["sync_status"] is "plugin_set_incompatible", "the data plane lacks a plugin");
        await Expect(page.Locator("main")).ToContainTextAsync("unheard-of", new() { Timeout = 15_000 });
        await ExecuteAsync(platform, "UPDATE plugins SET name = 'request-termination'", "plugins");
        await platform.PostAsync("/services/mock/routes", 201, ("paths", "/after-all"));
        await platform.WaitForProxyAsync("/after-all/anything", 200);
        await Wait.UntilAsync(async () => (string?)(await PlaneAsync(platform))["sync_status"] is "normal", "the data plane is in sync");
        browser.Errors.ShouldBeEmpty();
    }

    private static bool Has(JsonArray problems, string entity, string field) =>
        problems.Any(p => ((string?)p!["entity"])?.StartsWith(entity, StringComparison.Ordinal) is true && ((string?)p["field"])?.Contains(field, StringComparison.Ordinal) is true);

    private static async Task<JsonArray> ProblemsAsync(Platform platform) => (await PlaneAsync(platform))["errors"]?.AsArray() ?? [];

    private static async Task<JsonNode> PlaneAsync(Platform platform)
    {
        var planes = JsonNode.Parse(await platform.Http.GetStringAsync(new Uri($"{platform.Admin}/clustering/data-planes")))!["data"]!.AsArray();
        return JsonNode.Parse(await platform.Http.GetStringAsync(new Uri($"{platform.Admin}/clustering/data-planes/{(string)planes[0]!["id"]!}")))!;
    }

    private static async Task ExecuteAsync(Platform platform, string change, string kind)
    {
        await using var source = NpgsqlDataSource.Create(platform.Database);
        await using var command = source.CreateCommand($"{change}; INSERT INTO change_log (kind, entity_id, op) SELECT '{kind}', id, 'upsert' FROM {kind}; NOTIFY gateway_changes");
        await command.ExecuteNonQueryAsync();
    }
}
