namespace Gateway.ProxyComparison;

/// <summary>Runs the scenarios; within each the proxies take turns, so that whatever else the machine does meets all alike.</summary>
/// <param name="lab">Starts the proxies.</param>
/// <param name="options">What is measured, and how long.</param>
internal sealed class Comparison(Lab lab, BenchmarkOptions options)
{
    private const int FewestWarmUps = 6;
    private const int MostWarmUps = 20;
    private const int WarmUpSeconds = 3;
    private const double RestingShare = 0.02;

    private Target[]? _peers;

    /// <summary>Runs them.</summary>
    /// <returns>0 when no request failed.</returns>
    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        Console.WriteLine($"{options.Rounds} rounds of {options.Seconds} s, {options.Connections} connections, bodies of 1 KB; median (lowest - highest)\n");
        await using var lab = await Lab.OpenAsync(options.Port);
        var comparison = new Comparison(lab, options);
        var failed = 0L;
        foreach (var scenario in options.Scenarios)
        {
            failed += scenario switch
            {
                "bare" => await comparison.BareAsync(),
                "plugins" => await comparison.PluginsAsync(),
                "routes" => await comparison.RoutesAsync(),
                "http2" => await comparison.Http2Async(),
                "tls" => await comparison.TlsAsync(),
                "boot" => await BootScenario.RunAsync(lab, options),
                "changes" => await ChangesScenario.RunAsync(lab, options),
                "large" => await LargeScenario.RunAsync(lab.LargeFile, await comparison.PeersAsync()),
                "idle" => await IdleScenario.RunAsync(await comparison.PeersAsync(), options),
                _ => throw new ArgumentOutOfRangeException(nameof(options), scenario, "No such scenario."),
            };
        }

        if (failed > 0)
        {
            Console.WriteLine($"{failed} requests failed.");
        }

        return failed > 0 ? 1 : 0;
    }

    /// <summary>This gateway with one route, and what it is measured against.</summary>
    private async Task<Target[]> PeersAsync() => _peers ??=
    [
        await lab.StartGatewayAsync("gateway", new GatewayCache(1)), await lab.StartYarpAsync(), await lab.StartNginxAsync(), await lab.StartHaproxyAsync(),
    ];

    private async Task<long> BareAsync()
    {
        var peers = await PeersAsync();
        string[] bases = ["bare YARP", "nginx"];
        if (options.KongUrl is { } url)
        {
            peers = [.. peers, new Target("Kong", url.Port, 0, url.Host, options.KongPid)];
            bases = [.. bases, "Kong"];
        }

        if (options.Environment is { } environment)
        {
            peers = [peers[0], await lab.StartGatewayAsync($"gateway, {environment.Name}={environment.Value}", new GatewayCache(1), environment), .. peers[1..]];
        }

        return await WrkAsync("One route, no plugins", peers, bases);
    }

    private async Task<long> PluginsAsync()
    {
        // Both get the same requests; only one looks at the key.
        var bare = await lab.StartGatewayAsync("without plugins", new GatewayCache(1, 10_000));
        var plugins = await lab.StartGatewayAsync("key-auth, rate-limiting", new GatewayCache(1, 10_000, HasPlugins: true));
        return await WrkAsync("key-auth and rate-limiting (local), 10,000 consumers", [bare, plugins], bare.Name);
    }

    private async Task<long> RoutesAsync()
    {
        Target[] targets =
        [
            await lab.StartGatewayAsync("1 route", new GatewayCache(1)) with { Routes = 10_000 },
            await lab.StartGatewayAsync("10,000 routes, 10,000 consumers", new GatewayCache(10_000, 10_000)) with { Keys = 0 },
            await lab.StartGatewayAsync("100,000 routes", new GatewayCache(100_000)),
            await lab.StartNginxAsync("nginx, 1 location") with { Routes = 10_000 },
            await lab.StartNginxAsync("nginx, 10,000 locations", 10_000) with { Routes = 10_000 },
        ];
        return await WrkAsync("Random routes", targets, targets[0].Name, targets[3].Name);
    }

    private async Task<long> Http2Async() =>
        await TakeTurnsAsync("HTTP/2 over TLS, 16 connections of 8 streams", await PeersAsync(), (t, seconds) => Load.H2LoadAsync(t, lab.PathOf("h2load.log"), seconds), "bare YARP", "nginx");

    private async Task<long> TlsAsync() =>
        await TakeTurnsAsync("TLS 1.3, keep-alive", await PeersAsync(), (t, seconds) => Load.WrkAsync(t, options.Connections, seconds, tls: true), "bare YARP", "nginx");

    /// <summary>What else the machine did meanwhile: with more than the load's own two, all figures are too high.</summary>
    public static void WriteLoad() => Console.WriteLine($"Load average of the last 1, 5 and 15 minutes: {string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ')[..3])}\n");

    private Task<long> WrkAsync(string title, Target[] targets, params string[] bases)
    {
        Task<Sample> LoadAsync(Target target, int seconds) => Load.WrkAsync(target, options.Connections, seconds);
        return options.Slice is { } slice
            ? MeasureAsync(title, targets, LoadAsync, () => Load.WrkInSlicesAsync(targets, options.Connections, options.Seconds, slice), isCpuOnly: true, bases)
            : TakeTurnsAsync(title, targets, LoadAsync, bases);
    }

    private Task<long> TakeTurnsAsync(string title, Target[] targets, Func<Target, int, Task<Sample>> load, params string[] bases)
    {
        async Task<Sample[]> RoundAsync()
        {
            var round = new Sample[targets.Length];
            foreach (var (i, target) in targets.Index())
            {
                round[i] = await load(target, options.Seconds);
            }

            return round;
        }

        return MeasureAsync(title, targets, load, RoundAsync, isCpuOnly: false, bases);
    }

    private async Task<long> MeasureAsync(string title, Target[] targets, Func<Target, int, Task<Sample>> warmUp, Func<Task<Sample[]>> round, bool isCpuOnly, string[] bases)
    {
        Console.WriteLine($"## {title}\n");
        foreach (var target in targets)
        {
            await WarmUpAsync(target, warmUp);
        }

        var rounds = new List<Sample[]>();
        while (rounds.Count < options.Rounds)
        {
            rounds.Add(await round());
        }

        Table.Write([.. targets.Select((t, i) => (t, rounds.ConvertAll(r => r[i])))], isCpuOnly, bases);
        WriteLoad();
        return rounds.Sum(r => r.Sum(s => s.Failed));
    }

    /// <summary>Runs load until the just-in-time compiler rests: what runs often is compiled anew in the background for half a minute of load, and that belongs to no round.</summary>
    public static async Task WarmUpAsync(Target target, Func<Target, int, Task<Sample>> load)
    {
        // It also rests before it begins, and while others have the core.
        for (var (run, resting) = (1, 0); run <= MostWarmUps && (run <= FewestWarmUps || resting < 3); run++)
        {
            var (all, compiler) = (target.Microseconds, target.CompilerMicroseconds);
            await load(target, WarmUpSeconds);
            resting = target.CompilerMicroseconds - compiler < RestingShare * (target.Microseconds - all) ? resting + 1 : 0;
        }
    }
}
