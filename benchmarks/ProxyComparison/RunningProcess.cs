using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Gateway.ProxyComparison;

/// <summary>A process of the comparison on one core, and what it has used so far.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private const double MicrosecondsPerTick = 1_000_000d / 100;
    private readonly Process _process;

    private RunningProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts a program on a core and waits until a port answers.</summary>
    /// <param name="core">The core.</param>
    /// <param name="port">The port that it will listen on; null waits for nothing.</param>
    /// <param name="log">The file that takes what it writes.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables that are added.</param>
    public static async Task<RunningProcess> StartAsync(int core, int? port, string log, IEnumerable<string> command, IEnumerable<(string Name, string Value)>? environment = null)
    {
        if (port is { } taken && await AnswersAsync(taken))
        {
            throw new InvalidOperationException($"Port {taken} belongs to another program; choose others with --port.");
        }

        // The shell becomes the program, so that its id is the program's.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; core=$2; shift 2; exec taskset -c \"$core\" \"$@\" >\"$log\" 2>&1", "sh", log, Cores.Of(core), .. command]) { RedirectStandardInput = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("KONG_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var process = new RunningProcess(Process.Start(start)!);
        process._process.StandardInput.Close();
        for (var patience = Stopwatch.StartNew(); port is { } listening && !await AnswersAsync(listening);)
        {
            if (process._process.HasExited || patience.Elapsed > TimeSpan.FromMinutes(1))
            {
                await process.DisposeAsync();
                throw new InvalidOperationException($"{string.Join(' ', command)} does not listen on {port}:\n{await File.ReadAllTextAsync(log)}");
            }

            await Task.Delay(20);
        }

        return process;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // nginx's and HAProxy's masters end their workers when they are asked to end.
            using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>User and system time of a process and its children, in microseconds.</summary>
    public static double Microseconds(int process) => WithChildren(process).Sum(id => Time($"/proc/{id}/stat"));

    /// <summary>The same of the thread that compiles in the background; 0 while there is none.</summary>
    public static double CompilerMicroseconds(int process)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{process}/task").Where(t => File.ReadAllText(t + "/comm").StartsWith(".NET Tiered", StringComparison.Ordinal)).Sum(t => Time(t + "/stat"));
        }
        catch (IOException)
        {
            // A thread ended in between.
            return 0;
        }
    }

    /// <summary>The resident memory of a process and its children, in megabytes.</summary>
    public static double Megabytes(int process) => WithChildren(process).Sum(id => Kilobytes(id, "VmRSS:")) / 1024d;

    /// <summary>The highest resident memory since the start, in megabytes.</summary>
    public static double PeakMegabytes(int process) => WithChildren(process).Sum(id => Kilobytes(id, "VmHWM:")) / 1024d;

    private static double Time(string stat)
    {
        // The name in brackets may hold spaces; the numbers come after it.
        var fields = File.ReadAllText(stat).Split(')')[^1].Split(' ');
        return (long.Parse(fields[12], CultureInfo.InvariantCulture) + long.Parse(fields[13], CultureInfo.InvariantCulture)) * MicrosecondsPerTick;
    }

    private static long Kilobytes(int process, string name) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", null, StringComparison.Ordinal), CultureInfo.InvariantCulture);

    /// <summary>A process and its children.</summary>
    public static IEnumerable<int> WithChildren(int process) =>
        [process, .. File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => int.Parse(c, CultureInfo.InvariantCulture))];
}

/// <summary>Who runs on which core.</summary>
internal static class Cores
{
    public const int Proxy = 0;
    public const int Load = 1;

    /// <summary>The core as <c>taskset</c> takes it; on a machine with a single one there is nothing to keep apart.</summary>
    public static string Of(int core) => Math.Min(core, _count - 1).ToString(CultureInfo.InvariantCulture);

    private static readonly int _count = File.ReadLines("/proc/cpuinfo").Count(l => l.StartsWith("processor", StringComparison.Ordinal));
}
