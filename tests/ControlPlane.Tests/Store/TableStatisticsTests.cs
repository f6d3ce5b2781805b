using System.Text.Json.Nodes;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Store;

public sealed class TableStatisticsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    // What the database does by itself is counted apart.
    private const string Analysed = "SELECT coalesce(sum(analyze_count), 0)::bigint FROM pg_stat_user_tables WHERE relname = ";

    [Fact]
    public async Task Table_ThatGrows_IsAnalysedSoThatPlansMadeWhileItWasEmptyAreForgotten()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        await MakeAsync(plane, 0, 150);
        await Wait.UntilAsync(async () => await plane.QueryAsync<long>(Analysed + "'consumers'") > 0, "the table of 150 rows is analysed");
        var before = await plane.QueryAsync<long>(Analysed + "'consumers'");

        await MakeAsync(plane, 150, 200);
        await Wait.UntilAsync(async () => await plane.QueryAsync<long>(Analysed + "'consumers'") > before, "the table of 350 rows is analysed");
        (await plane.QueryAsync<long>(Analysed + "'services'")).ShouldBe(0);
    }

    private static async Task MakeAsync(RunningControlPlane plane, int first, int count)
    {
        var operations = Enumerable.Range(first, count).Select(i => (JsonNode?)new JsonObject
        {
            ["method"] = "POST",
            ["path"] = "/consumers",
            ["body"] = new JsonObject { ["username"] = $"c{i}" },
        });
        (await plane.SendAsync(HttpMethod.Post, "/batch", new() { ["operations"] = new JsonArray([.. operations]) })).Status.ShouldBe(System.Net.HttpStatusCode.OK);
    }
}
