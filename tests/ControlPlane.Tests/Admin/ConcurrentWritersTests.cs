using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

/// <summary>Several writers at once, over two nodes on one database.</summary>
public sealed class ConcurrentWritersTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const int Writers = 8;
    private RunningControlPlane[] _planes = [];

    public async Task InitializeAsync()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        _planes = [await RunningControlPlane.StartAsync(database), await RunningControlPlane.StartAsync(database)];
    }

    public async Task DisposeAsync()
    {
        foreach (var plane in _planes)
        {
            await plane.DisposeAsync();
        }
    }

    [Fact]
    public async Task Patches_OfDifferentFields_AllStay()
    {
        await _planes[0].PostAsync("/services", new JsonObject { ["name"] = "shared", ["host"] = "a.test" });
        string[] fields = ["retries", "port", "connect_timeout", "read_timeout", "write_timeout", "host", "path", "enabled"];

        foreach (var round in Enumerable.Range(1, 10))
        {
            var statuses = await AtOnceAsync((plane, writer) => plane.SendAsync(HttpMethod.Patch, "/services/shared", new JsonObject { [fields[writer]] = Value(fields[writer], round) }));
            statuses.ShouldAllBe(s => s == HttpStatusCode.OK);
            var service = await _planes[0].GetAsync("/services/shared");
            fields.ShouldAllBe(f => JsonNode.DeepEquals(service[f], Value(f, round)), $"round {round}: {service.ToJsonString()}");
        }
    }

    [Fact]
    public async Task Patches_OfOneNestedRecord_AllStay()
    {
        await _planes[0].PostAsync("/plugins", new JsonObject { ["name"] = "rate-limiting", ["instance_name"] = "limits", ["config"] = new JsonObject { ["minute"] = 1 } });
        var id = (string)(await _planes[0].GetAsync("/plugins"))["data"]![0]!["id"]!;
        string[] fields = ["second", "minute", "hour", "day", "month", "year", "minute", "day"];

        var statuses = await AtOnceAsync((plane, writer) => plane.SendAsync(
            HttpMethod.Patch, $"/plugins/{id}", new JsonObject { ["config"] = new JsonObject { [fields[writer]] = 1000 * (Array.IndexOf(fields, fields[writer]) + 1) } }));

        statuses.ShouldAllBe(s => s == HttpStatusCode.OK || s == HttpStatusCode.BadRequest);
        if (statuses.All(s => s == HttpStatusCode.OK))
        {
            var config = (await _planes[1].GetAsync($"/plugins/{id}"))["config"]!;
            fields.ShouldAllBe(f => (int)config[f]! == 1000 * (Array.IndexOf(fields, f) + 1), config.ToJsonString());
        }
    }

    [Fact]
    public async Task Creates_OfOneName_OneWins()
    {
        foreach (var round in Enumerable.Range(0, 10))
        {
            var statuses = await AtOnceAsync((plane, writer) => plane.SendAsync(HttpMethod.Post, "/consumers", new JsonObject { ["username"] = $"one-{round}", ["custom_id"] = $"{round}-{writer}" }));
            statuses.Count(s => s == HttpStatusCode.Created).ShouldBe(1);
            statuses.Count(s => s == HttpStatusCode.Conflict).ShouldBe(Writers - 1);
        }
    }

    [Fact]
    public async Task Upserts_OfOneName_MakeOneRow()
    {
        foreach (var round in Enumerable.Range(0, 10))
        {
            var statuses = await AtOnceAsync((plane, writer) => plane.SendAsync(HttpMethod.Put, $"/services/put-{round}", new JsonObject { ["host"] = $"h{writer}.test" }));
            statuses.ShouldAllBe(s => s == HttpStatusCode.OK);
        }

        (await _planes[0].QueryAsync<long>("SELECT count(*) FROM services")).ShouldBe(10);
        (await _planes[0].QueryAsync<long>("SELECT count(DISTINCT entity_id) FROM change_log WHERE kind = 'services' AND op = 'upsert'")).ShouldBe(10);
    }

    [Fact]
    public async Task Renames_ToOneName_OneWins()
    {
        foreach (var writer in Enumerable.Range(0, Writers))
        {
            await _planes[0].PostAsync("/services", new JsonObject { ["name"] = $"s{writer}", ["host"] = "a.test" });
        }

        var statuses = await AtOnceAsync((plane, writer) => plane.SendAsync(HttpMethod.Patch, $"/services/s{writer}", new JsonObject { ["name"] = "wanted" }));

        statuses.Count(s => s == HttpStatusCode.OK).ShouldBe(1);
        statuses.Count(s => s == HttpStatusCode.Conflict).ShouldBe(Writers - 1);
    }

    [Fact]
    public async Task Delete_AgainstTheMakingOfChildren_LeavesNoOrphan()
    {
        foreach (var round in Enumerable.Range(0, 10))
        {
            await _planes[0].PostAsync("/services", new JsonObject { ["name"] = $"parent-{round}", ["host"] = "a.test" });
            await _planes[0].PostAsync("/consumers", new JsonObject { ["username"] = $"owner-{round}" });

            var routes = await AtOnceAsync((plane, writer) => writer is 3
                ? plane.SendAsync(HttpMethod.Delete, $"/services/parent-{round}")
                : plane.SendAsync(HttpMethod.Post, $"/services/parent-{round}/routes", new JsonObject { ["paths"] = new JsonArray($"/{writer}") }));
            routes.ShouldAllBe(s => s == HttpStatusCode.Created || s == HttpStatusCode.NoContent || s == HttpStatusCode.NotFound || s == HttpStatusCode.BadRequest);

            var credentials = await AtOnceAsync((plane, writer) => writer is 3
                ? plane.SendAsync(HttpMethod.Delete, $"/consumers/owner-{round}")
                : plane.SendAsync(HttpMethod.Post, $"/consumers/owner-{round}/basic-auth", new JsonObject { ["username"] = $"{round}-{writer}", ["password"] = "secret" }));
            credentials.ShouldAllBe(s => s == HttpStatusCode.Created || s == HttpStatusCode.NoContent || s == HttpStatusCode.NotFound || s == HttpStatusCode.BadRequest);
            credentials[3].ShouldBe(HttpStatusCode.NoContent);
        }

        (await _planes[0].QueryAsync<long>("SELECT count(*) FROM routes r WHERE NOT EXISTS (SELECT 1 FROM services s WHERE s.id = r.service_id)")).ShouldBe(0);
        (await _planes[0].QueryAsync<long>("SELECT count(*) FROM basicauth_credentials")).ShouldBe(0);
    }

    private static JsonNode Value(string field, int round) => field switch
    {
        "host" => $"h{round}.test",
        "path" => $"/v{round}",
        "enabled" => round % 2 is 0,
        _ => 100 + round,
    };

    /// <summary>Lets all writers go at one moment, by turns at either node.</summary>
    private async Task<HttpStatusCode[]> AtOnceAsync(Func<RunningControlPlane, int, Task<(HttpStatusCode Status, JsonObject Body)>> write)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = Enumerable.Range(0, Writers).Select(async writer =>
        {
            await start.Task;
            return (await write(_planes[writer % _planes.Length], writer)).Status;
        }).ToArray();
        start.SetResult();
        return await Task.WhenAll(all);
    }
}
