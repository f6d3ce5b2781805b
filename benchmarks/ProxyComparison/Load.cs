using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
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
        using var wrk = StartWrk(target, connections, seconds, tls);
        return Read(target, await EndAsync(wrk));
    });

    /// <summary>
    /// Runs a wrk for each of several proxies, of which one at a time may send: each for a slice of time, in turn, while the others stand still.
    /// What else the machine does meets all of them alike, as long as it does it for longer than a slice. Only CPU time and memory tell something then.
    /// </summary>
    /// <param name="targets">The proxies.</param>
    /// <param name="connections">Connections to each.</param>
    /// <param name="seconds">How long each is asked in all.</param>
    /// <param name="slice">How long one is asked at a time.</param>
    public static async Task<Sample[]> WrkInSlicesAsync(IReadOnlyList<Target> targets, int connections, int seconds, TimeSpan slice)
    {
        var before = targets.Select(t => t.Microseconds).ToArray();
        var clients = targets.Select(t => StartWrk(t, connections, seconds * targets.Count, tls: false)).ToArray();
        try
        {
            var ends = clients.Select(EndAsync).ToArray();
            Array.ForEach(clients, c => Signal(c, Signals.Stop));
            for (var time = Stopwatch.StartNew(); time.Elapsed.TotalSeconds < seconds * targets.Count;)
            {
                foreach (var client in clients)
                {
                    Signal(client, Signals.Continue);
                    await Task.Delay(slice);
                    Signal(client, Signals.Stop);
                }
            }

            Array.ForEach(clients, c => Signal(c, Signals.Continue));
            var outputs = await Task.WhenAll(ends);
            return [.. targets.Select((t, i) => Read(t, outputs[i])).Select((s, i) => s with { Cpu = (targets[i].Microseconds - before[i]) / s.Requests, Memory = targets[i].Megabytes })];
        }
        finally
        {
            foreach (var client in clients)
            {
                // One that stands still would do so for ever.
                if (!client.HasExited)
                {
                    client.Kill();
                }

                client.Dispose();
            }
        }
    }

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
        using var process = Start(program, arguments, environment);
        return await EndAsync(process);
    }

    private static Process StartWrk(Target target, int connections, int seconds, bool tls) => Start(
        "wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "10s", "-s", _script, tls ? target.Https : target.Http],
        ("BENCH_ROUTES", target.Routes.ToString(CultureInfo.InvariantCulture)), ("BENCH_KEYS", target.Keys.ToString(CultureInfo.InvariantCulture)),
        ("BENCH_PAUSE", target.Pause.ToString(CultureInfo.InvariantCulture)));

    private static Sample Read(Target target, string output)
    {
        if (Result().Match(output) is not { Success: true } match)
        {
            throw new InvalidOperationException($"wrk against {target.Name}:\n{output}");
        }

        var numbers = match.Groups.Values.Skip(1).Select(g => double.Parse(g.Value, CultureInfo.InvariantCulture)).ToArray();
        return new Sample((long)numbers[0], numbers[0] / (numbers[1] / 1e6), numbers[2] / 1e3, numbers[3] / 1e3, numbers[4] / 1e3, (long)numbers[5]);
    }

    private static Process Start(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("taskset", ["-c", Cores.Of(Cores.Load), program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task<string> EndAsync(Process process)
    {
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode is 0 ? texts[0] : throw new InvalidOperationException($"{string.Join(' ', process.StartInfo.ArgumentList)} ended with {process.ExitCode}: {texts[0]}{texts[1]}");
    }

    private static void Signal(Process process, int signal)
    {
        if (!process.HasExited && Kill(process.Id, signal) is not 0)
        {
            throw new InvalidOperationException($"Process {process.Id} does not take signal {signal}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private static async Task<Sample> MeasureAsync(Target target, Func<Task<Sample>> run)
    {
        var before = target.Microseconds;
        var sample = await run();
        return sample with { Cpu = (target.Microseconds - before) / sample.Requests, Memory = target.Megabytes };
    }

    private static class Signals
    {
        public const int Continue = 18;
        public const int Stop = 19;
    }

    [GeneratedRegex(@"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)")]
    private static partial Regex Result();

    [GeneratedRegex(@"(\d+) succeeded, (\d+) failed, (\d+) errored")]
    private static partial Regex Counts();
}
