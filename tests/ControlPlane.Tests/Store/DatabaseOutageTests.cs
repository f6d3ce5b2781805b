using System.Diagnostics;
using System.Net;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Store;

public sealed class DatabaseOutageTests(DatabaseOutageTests.DurablePostgres postgres) : IClassFixture<DatabaseOutageTests.DurablePostgres>
{
    // What clients are promised. A busy machine may hold one answer up, so the quickest of three is held to it, and each to a bound that catches a wait without a limit.
    private static readonly TimeSpan _promised = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _endless = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Database_Killed_Answers503AndRecovers()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        await plane.PostAsync("/services", new() { ["name"] = "before", ["host"] = "h.test" });

        await postgres.KillAsync();
        await RefusesAsync(plane);
        (await plane.Status.GetAsync("/status/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await postgres.StartAsync();

        await RecoversAsync(plane);
    }

    [Fact]
    public async Task Database_Hanging_Answers503AndRecovers()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        await plane.PostAsync("/services", new() { ["name"] = "before", ["host"] = "h.test" });

        postgres.Hang();
        try
        {
            await RefusesAsync(plane);
        }
        finally
        {
            postgres.Resume();
        }

        await RecoversAsync(plane);
    }

    private static async Task RefusesAsync(RunningControlPlane plane)
    {
        var quickest = TimeSpan.MaxValue;
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Get, HttpMethod.Post })
        {
            var clock = Stopwatch.StartNew();
            var (status, body) = await plane.SendAsync(method, "/services", method == HttpMethod.Post ? new() { ["name"] = "during", ["host"] = "h.test" } : null);
            status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            body["message"]!.GetValue<string>().ShouldContain("database is not available");
            clock.Elapsed.ShouldBeLessThan(_endless);
            quickest = clock.Elapsed < quickest ? clock.Elapsed : quickest;
        }

        quickest.ShouldBeLessThan(_promised);
    }

    private static async Task RecoversAsync(RunningControlPlane plane)
    {
        var known = plane.Publisher.Current!.ConfigHash;
        await Wait.UntilAsync(async () => (await plane.SendAsync(HttpMethod.Put, "/services/after", new() { ["host"] = "h.test" })).Status is HttpStatusCode.OK,
            "writes are taken again");
        var services = (await plane.GetAsync("/services"))["data"]!.AsArray().Select(s => s!["name"]!.GetValue<string>()).Order().ToArray();
        services.ShouldBe(["after", "before"]);
        (await plane.QueryAsync<long>("SELECT count(*) FROM change_log WHERE kind <> 'workspaces'")).ShouldBe(2);
        await Wait.UntilAsync(() => plane.Publisher.Current!.ConfigHash != known, "the change is published");
    }

    public sealed class DurablePostgres : PostgresFixture
    {
        protected override bool Durable => true;
    }
}
