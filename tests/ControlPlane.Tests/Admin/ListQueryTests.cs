using System.Net;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;
using Gateway.Testing;
using Npgsql;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed class ListQueryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private RunningControlPlane _plane = default!;

    public async Task InitializeAsync() => _plane = await RunningControlPlane.StartAsync(postgres);

    public async Task DisposeAsync() => await _plane.DisposeAsync();

    [Theory]
    [InlineData("/services?search=ORD", "orders,reorder")]
    [InlineData("/services?search=pay.test", "payments")]
    [InlineData("/services?search=%25", "zulu")]
    [InlineData("/services?search=o_d", "")]
    [InlineData("/services?search=blue", "orders")]
    [InlineData("/services?search=ord&tags=blue", "orders")]
    [InlineData("/services?search=v1", "payments")]
    [InlineData("/services?sort=name", "orders,payments,reorder,zulu")]
    [InlineData("/services?sort_desc=name", "zulu,reorder,payments,orders")]
    [InlineData("/services?sort=name&sort_desc=true", "zulu,reorder,payments,orders")]
    [InlineData("/services?sort=port", "orders,reorder,payments,zulu")]
    [InlineData("/services?host=a.test", "orders,reorder,zulu")]
    [InlineData("/services?enabled=false", "reorder")]
    [InlineData("/services?path=&sort=name", "orders,reorder,zulu")]
    [InlineData("/services?name=orders&total=true", "orders")]
    [InlineData("/services?port=81&enabled=true", "orders")]
    public async Task List_Asked_ShowsWhatFits(string path, string expected)
    {
        await ServicesAsync();

        var names = (await AllAsync(path)).Select(r => (string)r["name"]!).ToList();

        (path.Contains("sort", StringComparison.Ordinal) ? names : [.. names.Order(StringComparer.Ordinal)]).ShouldBe(expected.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("/services?name=orders")]
    [InlineData("/services?color=blue")]
    [InlineData("/services?search=")]
    public async Task List_WithWhatIsNoQuestion_ShowsAll(string path)
    {
        await ServicesAsync();

        (await AllAsync(path)).Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("/services?sort=color", "sort")]
    [InlineData("/services?sort=client_certificate", "sort")]
    [InlineData("/services?sort_desc=color", "sort_desc")]
    [InlineData("/services?sort=name&sort_desc=port", "sort_desc")]
    [InlineData("/services?enabled=maybe", "enabled")]
    [InlineData("/services?port=http", "port")]
    [InlineData("/services?total=yes", "total")]
    [InlineData("/ca_certificates?sort=cert_digest%00", "sort")]
    public async Task List_AskedWrongly_NamesTheParameter(string path, string option)
    {
        var (status, body) = await _plane.SendAsync(HttpMethod.Get, path);

        status.ShouldBe(HttpStatusCode.BadRequest);
        ((int)body["code"]!).ShouldBe(11);
        body["options"]![option].ShouldNotBeNull();
    }

    [Fact]
    public async Task SortedPages_WhileRowsComeAndGo_ShowEachOtherRowOnce()
    {
        foreach (var number in Enumerable.Range(0, 30))
        {
            await _plane.PostAsync("/consumers", new JsonObject { ["username"] = $"user-{number:00}", ["custom_id"] = number % 3 is 0 ? null : $"c-{30 - number:00}" });
        }

        var all = (await AllAsync("/consumers?sort_desc=custom_id")).Select(r => (string)r["username"]!).ToList();
        all.Count.ShouldBe(30);
        all[..2].ShouldBe(["user-01", "user-02"]);
        all.Skip(20).ShouldAllBe(u => int.Parse(u.Substring(5)) % 3 == 0);

        var first = await _plane.GetAsync("/consumers?sort_desc=custom_id&size=5");
        var last = (string)first["data"]![4]!["username"]!;
        (await _plane.SendAsync(HttpMethod.Delete, $"/consumers/{last}")).Status.ShouldBe(HttpStatusCode.NoContent);
        await _plane.PostAsync("/consumers", new JsonObject { ["username"] = "new", ["custom_id"] = "c-99" });

        var rest = await AllAsync((string)first["next"]!);
        rest.Select(r => (string)r["username"]!).ShouldBe(all[5..]);
    }

    [Fact]
    public async Task Offset_OfAnotherOrder_IsRefused()
    {
        await ServicesAsync();
        var token = (string)(await _plane.GetAsync("/services?sort=name&size=1"))["offset"]!;

        foreach (var path in new[] { $"/services?offset={token}", $"/services?sort=port&offset={token}", $"/services?sort_desc=name&offset={token}" })
        {
            var (status, body) = await _plane.SendAsync(HttpMethod.Get, path);
            status.ShouldBe(HttpStatusCode.BadRequest);
            ((int)body["code"]!).ShouldBe(7);
        }
    }

    [Fact]
    public async Task Next_OfANestedList_KeepsWhatWasAsked()
    {
        var service = await ServicesAsync();
        foreach (var number in Enumerable.Range(0, 5))
        {
            await _plane.PostAsync("/services/orders/routes", new JsonObject { ["name"] = $"r{number}", ["paths"] = new JsonArray($"/orders/{number}"), ["hosts"] = new JsonArray("x.test") });
        }

        var page = await _plane.GetAsync("/services/orders/routes?search=/orders&sort_desc=name&size=2&total=true");
        ((int)page["total"]!).ShouldBe(5);
        var all = page["data"]!.AsArray().Concat(await AllAsync((string)page["next"]!)).Select(r => (string)r!["name"]!);
        all.ShouldBe(["r4", "r3", "r2", "r1", "r0"]);

        (await AllAsync("/routes?service=orders&hosts=x.test")).Count.ShouldBe(5);
        (await AllAsync($"/routes?service={service}&paths=/orders/3")).Count.ShouldBe(1);
        (await AllAsync("/routes?service=")).ShouldBeEmpty();
        (await AllAsync("/routes?service=nobody")).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_OfAWorkspaceOrOfAPluginsEntity_IsAskedInTheSameWay()
    {
        await _plane.PostAsync("/workspaces", new JsonObject { ["name"] = "team" });
        await _plane.PostAsync("/team/consumers", new JsonObject { ["username"] = "inside" });
        await _plane.PostAsync("/consumers", new JsonObject { ["username"] = "outside" });
        await _plane.PostAsync("/consumers/outside/basic-auth", new JsonObject { ["username"] = "Alice", ["password"] = "secret" });
        await _plane.PostAsync("/consumers/outside/acls", new JsonObject { ["group"] = "gold" });

        (await AllAsync("/team/consumers?search=side&size=1")).Select(r => (string)r["username"]!).ShouldBe(["inside"]);
        (await AllAsync("/basic-auths?search=ali&sort=username")).Count.ShouldBe(1);
        (await AllAsync("/consumers/outside/acls?search=old")).Count.ShouldBe(1);
        (await AllAsync("/acls?group=gold&consumer=outside")).Count.ShouldBe(1);
        (await _plane.SendAsync(HttpMethod.Get, "/basic-auths?sort=password")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Targets_InPages_GoFromTheNewestToTheOldest()
    {
        await _plane.PostAsync("/upstreams", new JsonObject { ["name"] = "u.test" });
        foreach (var number in Enumerable.Range(1, 5))
        {
            await _plane.PostAsync("/upstreams/u.test/targets", new JsonObject { ["target"] = $"10.0.0.{number}:80" });
        }

        var all = (await AllAsync("/upstreams/u.test/targets?size=2")).Select(r => (string)r["target"]!);
        all.ShouldBe(Enumerable.Range(1, 5).Reverse().Select(n => $"10.0.0.{n}:80"));
        (await AllAsync("/upstreams/u.test/targets?search=0.3:")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Search_AmongMany_FindsTheRareOnes(bool indexed)
    {
        await FillAsync(25_000);
        await _plane.QueryAsync<long>($"WITH u AS (UPDATE consumers SET username = 'Zebra-' || username WHERE username IN ('user-24990', 'user-7') RETURNING 1) SELECT count(*) FROM u");
        if (!indexed)
        {
            await ExecuteAsync("DROP INDEX consumers_search_idx");
        }

        var page = await _plane.GetAsync("/consumers?search=zebra&sort=username&total=true");
        (await AllAsync("/consumers?search=zebra&sort=username")).Select(r => (string)r["username"]!).ShouldBe(["Zebra-user-24990", "Zebra-user-7"]);
        (await AllAsync("/consumers?search=ze&sort_desc=created_at")).Count.ShouldBe(2);
        (await AllAsync("/consumers?search=q")).ShouldBeEmpty();
        (await AllAsync("/consumers?search=user-24")).Count.ShouldBe(1111);
        if (indexed)
        {
            page["data"]!.AsArray().Count.ShouldBe(2);
            ((int)page["total"]!).ShouldBe(2);
            page["total_is_minimum"].ShouldBeNull();
        }

        ((int)(await _plane.GetAsync("/consumers?total=true&size=1"))["total"]!).ShouldBe(25_000);
        var common = await _plane.GetAsync("/consumers?total=true&size=1&search=user");
        ((int)common["total"]!).ShouldBe(5000);
        ((bool)common["total_is_minimum"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task Indexes_MadeAgain_StayAsTheyAre()
    {
        const string Oids = "SELECT string_agg(c.oid::text, ',' ORDER BY c.oid) FROM pg_class c WHERE c.relname ~ '_(search|sort)_idx$'";
        var before = await _plane.QueryAsync<string>(Oids);
        await using var source = NpgsqlDataSource.Create(_plane.ConnectionString);

        (await ListIndexes.EnsureAsync(source, Gateway.ControlPlane.Store.GatewayDbContext.Tables, TimeSpan.FromSeconds(30), default)).ShouldBeNull();

        (await _plane.QueryAsync<string>(Oids)).ShouldBe(before);
    }

    private async Task<string> ServicesAsync()
    {
        var first = await _plane.PostAsync("/services", new JsonObject { ["name"] = "orders", ["host"] = "a.test", ["port"] = 81, ["tags"] = new JsonArray("Blue", "blue") });
        await _plane.PostAsync("/services", new JsonObject { ["name"] = "reorder", ["host"] = "a.test", ["port"] = 82, ["enabled"] = false });
        await _plane.PostAsync("/services", new JsonObject { ["name"] = "payments", ["host"] = "pay.test", ["port"] = 83, ["path"] = "/v1" });
        await _plane.PostAsync("/services", new JsonObject { ["name"] = "zulu", ["host"] = "a.test", ["port"] = 84, ["tags"] = new JsonArray("100%") });
        return (string)first["id"]!;
    }

    private async Task<List<JsonNode>> AllAsync(string path)
    {
        var rows = new List<JsonNode>();
        for (var next = path; next is not null;)
        {
            var page = await _plane.GetAsync(next);
            rows.AddRange(page["data"]!.AsArray().Select(r => r!));
            next = (string?)page["next"];
        }

        return rows;
    }

    private Task FillAsync(int count) => ExecuteAsync(
        "INSERT INTO consumers (id, created_at, updated_at, username, ws_id) "
        + $"SELECT gen_random_uuid(), now(), now(), 'user-' || n, (SELECT id FROM workspaces WHERE name = 'default') FROM generate_series(1, {count}) n");

    private Task ExecuteAsync(string sql) => _plane.QueryAsync<object?>($"DO $do$ BEGIN {sql}; END $do$; SELECT 1");
}
