using System.Text.Json.Nodes;
using Npgsql;

namespace Gateway.EndToEnd;

/// <summary>The default role: one process with a database, an Admin API, a Manager and a proxy.</summary>
public sealed class TraditionalTests
{
    [Fact]
    public async Task Traditional_OneProcess_ProxiesWhatItsAdminApiIsTold()
    {
        await using var platform = await Platform.StartAsync(planes: false);
        await platform.StartTraditionalAsync();

        await platform.PostAsync("/services", 201, ("name", "mock"), ("url", platform.EchoUrl));
        await platform.PostAsync("/services/mock/routes", 201, ("paths", "/mock"));
        await platform.WaitForProxyAsync("/mock/anything", 200);
        await platform.PostAsync("/services/mock/plugins", 201, ("name", "rate-limiting"), ("config.year", "3"), ("config.policy", "cluster"));
        await platform.WaitForProxyAsync("/mock/anything", 429);
        (await CountedAsync(platform)).ShouldBe(3, "what is counted for the whole cluster is counted in its database");
        await platform.PostAsync("/services/mock/plugins", 201, ("name", "key-auth"));
        await platform.WaitForProxyAsync("/mock/anything", 401);

        // Everything once, and then what changed.
        platform.ControlPlane.Output.Split('\n').Count(l => l.Contains("rows in use after", StringComparison.Ordinal)).ShouldBe(1, platform.ControlPlane.Output);
        platform.ControlPlane.Output.ShouldContain("changes up to version");

        // There is no cluster, and the Admin API says so as Kong does.
        using var refused = await platform.Http.GetAsync(new Uri($"{platform.Admin}/clustering/data-planes"));
        ((int)refused.StatusCode).ShouldBe(400);
        ((string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["message"])
            .ShouldBe("this endpoint is only available when Kong is configured to run as Control Plane for the cluster");

        // The database may go: what is configured is served.
        await platform.Postgres.KillAsync();
        await platform.WaitForProxyAsync("/mock/anything", 401);
        platform.ControlPlane.Signal(Signals.Terminate);
        await platform.ControlPlane.WaitForExitAsync();
        platform.ControlPlane.ExitCode.ShouldBe(0, platform.ControlPlane.Output);
    }

    [Fact]
    public async Task Traditional_ConfigurationThatCannotBeUsed_IsToldByTheStartAndByTheStatus_UntilItIsMended()
    {
        await using var platform = await Platform.StartAsync(planes: false);
        await platform.StartControlPlaneAsync();
        await platform.PostAsync("/services", 201, ("name", "mock"), ("url", platform.EchoUrl));
        await platform.PostAsync("/services/mock/routes", 201, ("name", "mock"), ("paths", "/mock"));
        await ExecuteAsync(platform, "UPDATE routes SET paths = ARRAY['~(']");
        await platform.ControlPlane.DisposeAsync();

        await platform.StartTraditionalAsync("/status");
        await Wait.UntilAsync(() => platform.ControlPlane.Output.Contains("Kong started", StringComparison.Ordinal), "the node runs");
        platform.ControlPlane.Output.ShouldMatch("(?s)Warning: the configuration in the database cannot be used: routes [-0-9a-f]{36}, field paths: .*Kong started");
        using (var unready = await platform.Http.GetAsync(new Uri($"{platform.ControlPlaneStatus}/status/ready")))
        {
            ((int)unready.StatusCode).ShouldBe(503);
            ((string?)JsonNode.Parse(await unready.Content.ReadAsStringAsync())!["message"])!
                .ShouldMatch("^router builds not yet complete, router ready in 0 of 1 workers: the configuration cannot be used: routes .*, field paths: ");
        }

        // The Admin API is there to mend it.
        using var mended = await platform.Http.PatchAsync(new Uri($"{platform.Admin}/routes/mock"), new FormUrlEncodedContent([new("paths[]", "/mock")]));
        ((int)mended.StatusCode).ShouldBe(200);
        await platform.WaitForProxyAsync("/mock/anything", 200);
        using var ready = await platform.Http.GetAsync(new Uri($"{platform.ControlPlaneStatus}/status/ready"));
        ((int)ready.StatusCode).ShouldBe(200);

        // Refused later, it leaves the one before in use, and the node ready.
        await ExecuteAsync(platform, "UPDATE routes SET paths = ARRAY['~(']");
        await Wait.UntilAsync(() => platform.ControlPlane.Output.Contains("cannot be used, the one before stays in use: routes", StringComparison.Ordinal), "the log tells of it");
        await platform.WaitForProxyAsync("/mock/anything", 200);
        using var still = await platform.Http.GetAsync(new Uri($"{platform.ControlPlaneStatus}/status/ready"));
        ((int)still.StatusCode).ShouldBe(200);
    }

    private static async Task ExecuteAsync(Platform platform, string change)
    {
        await using var source = NpgsqlDataSource.Create(platform.Database);
        await using var command = source.CreateCommand($"{change}; INSERT INTO change_log (kind, entity_id, op) SELECT 'routes', id, 'upsert' FROM routes; NOTIFY gateway_changes");
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> CountedAsync(Platform platform)
    {
        await using var source = NpgsqlDataSource.Create(platform.Database);
        await using var command = source.CreateCommand("SELECT sum(value)::bigint FROM ratelimiting_metrics WHERE period = 'year'");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
