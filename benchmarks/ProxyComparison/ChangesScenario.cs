using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.ProxyComparison;

/// <summary>What requests feel of 10 changes of routes a second at 10,000 routes, through a real control plane and its PostgreSQL.</summary>
internal static class ChangesScenario
{
    private const int Routes = 10_000;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    // What the connections rest between requests where the proxy is not to be at its limit.
    private const int Pause = 10;

    public static async Task<long> RunAsync(Lab lab, BenchmarkOptions options) =>
        await RunAsync(lab, options, "only what changed is sent (cluster_rpc_sync)", "on") + await RunAsync(lab, options, "the whole configuration is sent each time", "off");

    private static async Task<long> RunAsync(Lab lab, BenchmarkOptions options, string title, string sync)
    {
        Console.WriteLine($"## 10 changes of routes a second at 10,000 routes: {title}\n");
        var state = lab.PathOf("platform-" + sync);
        var offset = options.Port - 8_000 + 1_000;
        async Task QuickstartAsync(params string[] arguments) => await Load.RunAsync(
            Path.Combine(Repository.Root, "quickstart"), [.. arguments], ("KONG_QUICKSTART_FOLDER", state), ("KONG_CLUSTER_RPC", sync), ("KONG_CLUSTER_RPC_SYNC", sync));
        try
        {
            await QuickstartAsync("--detach", "--port-offset", offset.ToString(CultureInfo.InvariantCulture));
            using var admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{8_001 + offset}"), Timeout = TimeSpan.FromMinutes(5) };
            await FillAsync(admin, lab.UpstreamPort);
            var plane = await ProcessAsync(state, "data-plane");
            await Load.RunAsync("taskset", ["-a", "-cp", Cores.Of(Cores.Proxy), plane]);

            // The control plane and its database have machines of their own elsewhere; here they must not take the core from the load that is measured.
            await Load.RunAsync("renice", ["-n", "10", "-g", await ProcessAsync(state, "control-plane")]);
            await Load.RunAsync("renice", ["-n", "10", "-p", .. RunningProcess.WithChildren(Postmaster(state)).Select(id => id.ToString(CultureInfo.InvariantCulture))]);
            var target = new Target("gateway", 8_000 + offset, 8_443 + offset, "127.0.0.1", int.Parse(plane, CultureInfo.InvariantCulture)) { Routes = Routes };
            await ServesAsync(target);
            return await MeasureAsync("at its limit", target, admin, options) + await MeasureAsync("with time to spare", target with { Pause = Pause }, admin, options);
        }
        finally
        {
            await QuickstartAsync("--reset");
        }
    }

    private static async Task<string> ProcessAsync(string state, string plane) => (await File.ReadAllTextAsync(Path.Combine(state, $"run/{plane}.pid"))).Trim();

    private static int Postmaster(string state)
    {
        // The user of the database may not read everywhere, so quickstart run as root keeps it elsewhere.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)))[..16];
        var file = new[] { $"{state}/postgres/data", $"/var/tmp/kong-quickstart-{hash}/data" }.Select(f => f + "/postmaster.pid").First(File.Exists);
        return int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture);
    }

    private static async Task<long> MeasureAsync(string title, Target target, HttpClient admin, BenchmarkOptions options)
    {
        await Comparison.WarmUpAsync(target, (t, seconds) => Load.WrkAsync(t, options.Connections, seconds));
        var (quiet, busy) = (new List<Sample>(), new List<Sample>());
        var changes = 0;
        for (var round = 0; round < options.Rounds; round++)
        {
            quiet.Add(await Load.WrkAsync(target, options.Connections, options.Seconds));
            using var stop = new CancellationTokenSource();
            var changing = ChangeAsync(admin, stop.Token);
            busy.Add(await Load.WrkAsync(target, options.Connections, options.Seconds));
            await stop.CancelAsync();
            changes += await changing;
        }

        Table.Write(
            ["requests " + title, "CPU us/request", "requests/s", "p99 ms", "longest ms", "p99 x quiet", "memory MB", "failed"],
            new[] { ("quiet", quiet), ($"with {changes / (double)(options.Rounds * options.Seconds):0.0} changes/s", busy) }.Select(row => (string[])
            [
                row.Item1,
                Table.Spread(row.Item2.Select(s => s.Cpu), "0.0"),
                Table.Spread(row.Item2.Select(s => (double?)s.PerSecond), "0"),
                Table.Spread(row.Item2.Select(s => (double?)s.P99), "0.00"),
                Table.Spread(row.Item2.Select(s => (double?)s.Max), "0.0"),
                Table.Spread(row.Item2.Zip(quiet, (s, q) => (double?)(s.P99 / q.P99)), "0.00"),
                Table.Spread(row.Item2.Select(s => s.Memory), "0"),
                row.Item2.Sum(s => s.Failed).ToString(CultureInfo.InvariantCulture),
            ]));
        Comparison.WriteLoad();
        return quiet.Concat(busy).Sum(s => s.Failed);
    }

    /// <summary>Changes a route every tenth of a second: it also takes another path, and the next time no longer.</summary>
    private static async Task<int> ChangeAsync(HttpClient admin, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_pause);
        for (var changes = 0; ; changes++)
        {
            try
            {
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return changes;
            }

            var route = changes / 2 % Routes;
            var paths = changes % 2 is 0 ? new JsonArray(GatewayCache.PathOf(route), $"/other-{route}") : new JsonArray(GatewayCache.PathOf(route));
            using var answer = await admin.PatchAsJsonAsync($"/routes/route-{route}", new JsonObject { ["paths"] = paths }, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
        }
    }

    private static async Task FillAsync(HttpClient admin, int upstream)
    {
        using var service = await admin.PostAsJsonAsync("/services", new JsonObject { ["name"] = "all", ["url"] = $"http://127.0.0.1:{upstream}" });
        service.EnsureSuccessStatusCode();
        foreach (var part in Enumerable.Range(0, Routes).Chunk(2_000))
        {
            var operations = new JsonArray([.. part.Select(i => (JsonNode?)new JsonObject
            {
                ["method"] = "POST",
                ["path"] = "/services/all/routes",
                ["body"] = new JsonObject { ["name"] = $"route-{i}", ["paths"] = new JsonArray(GatewayCache.PathOf(i)), ["strip_path"] = false },
            })]);
            using var answer = await admin.PostAsJsonAsync("/batch", new JsonObject { ["operations"] = operations });
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            }
        }
    }

    private static async Task ServesAsync(Target target)
    {
        using var client = new HttpClient();
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromMinutes(2); await Task.Delay(100))
        {
            using var answer = await client.GetAsync(new Uri(target.Http + GatewayCache.PathOf(Routes - 1)));
            if (answer.IsSuccessStatusCode)
            {
                return;
            }
        }

        throw new TimeoutException("The data plane does not have all routes after two minutes.");
    }
}
