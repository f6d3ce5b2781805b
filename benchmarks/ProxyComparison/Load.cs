using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.ProxyComparison;

/// <summary>What one run of load against one proxy showed.</summary>
/// <param name="Requests">The requests that were answered.</param>
/// <param name="PerSecond">The same per second.</param>
/// <param name="P50">The median latency, in milliseconds.</param>
/// <param name="P99">The latency that one in a hundred exceeds, in milliseconds.</param>
/// <param name="Max">The longest, in milliseconds.</param>
/// <param name="Failed">The requests that failed or were not answered with 2xx or 3xx.</param>
internal sealed record Sample(long Requests, double PerSecond, double P50, double P99, double Max, long Failed)
{
    /// <summary>The proxy's CPU time per request, in microseconds.</summary>
    public double? Cpu { get; init; }

    /// <summary>The proxy's resident memory afterwards, in megabytes.</summary>
    public double? Memory { get; init; }
}

/// <summary>Sends requests as fast as they are answered.</summary>
internal static partial class Load
{
    private static readonly string _script = Path.Combine(AppContext.BaseDirectory, "requests.lua");

    /// <summary>Runs wrk, and reads the proxy's CPU time before and after.</summary>
    public static Task<Sample> WrkAsync(Target target, int connections, int seconds, bool tls = false) => MeasureAsync(target, async () =>
    {
        var output = await RunAsync(
            "wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "10s", "-s", _script, tls ? target.Https : target.Http],
            ("BENCH_ROUTES", target.Routes.ToString(CultureInfo.InvariantCulture)), ("BENCH_KEYS", target.Keys.ToString(CultureInfo.InvariantCulture)),
            ("BENCH_PAUSE", target.Pause.ToString(CultureInfo.InvariantCulture)));
        if (Result().Match(output) is not { Success: true } match)
        {
            throw new InvalidOperationException($"wrk against {target.Name}:\n{output}");
        }

        var numbers = match.Groups.Values.Skip(1).Select(g => double.Parse(g.Value, CultureInfo.InvariantCulture)).ToArray();
        return new Sample((long)numbers[0], numbers[0] / (numbers[1] / 1e6), numbers[2] / 1e3, numbers[3] / 1e3, numbers[4] / 1e3, (long)numbers[5]);
    });

    /// <summary>Runs h2load over TLS with 16 connections and 8 streams on each.</summary>
    public static Task<Sample> H2LoadAsync(Target target, string log, int seconds) => MeasureAsync(target, async () =>
    {
        File.Delete(log);
        var output = await RunAsync("h2load", ["-t1", "-c16", "-m8", $"-D{seconds}", $"--log-file={log}", "-H", ":authority: api.example.com", target.Https + GatewayCache.PathOf(0) + "/orders/17"]);
        if (!output.Contains("Application protocol: h2", StringComparison.Ordinal) || Counts().Match(output) is not { Success: true } counts)
        {
            throw new InvalidOperationException($"h2load against {target.Name}:\n{output}");
        }

        var latencies = File.ReadLines(log).Select(l => l.Split('\t')).Where(l => l[1] is "200").Select(l => long.Parse(l[2], CultureInfo.InvariantCulture) / 1e3).Order().ToArray();
        double At(double share) => latencies.Length is 0 ? 0 : latencies[Math.Min(latencies.Length - 1, (int)(latencies.Length * share))];
        var failed = long.Parse(counts.Groups[2].Value, CultureInfo.InvariantCulture) + long.Parse(counts.Groups[3].Value, CultureInfo.InvariantCulture);
        return new Sample(latencies.Length, latencies.Length / (double)seconds, At(0.5), At(0.99), At(1), failed);
    });

    /// <summary>Runs a program on the core of the load.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("taskset", ["-c", Cores.Of(Cores.Load), program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode is 0 ? texts[0] : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {texts[0]}{texts[1]}");
    }

    private static async Task<Sample> MeasureAsync(Target target, Func<Task<Sample>> run)
    {
        var before = target.Microseconds;
        var sample = await run();
        return sample with { Cpu = (target.Microseconds - before) / sample.Requests, Memory = target.Megabytes };
    }

    [GeneratedRegex(@"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)")]
    private static partial Regex Result();

    [GeneratedRegex(@"(\d+) succeeded, (\d+) failed, (\d+) errored")]
    private static partial Regex Counts();
}
