using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gateway.Testing;

/// <summary>A program of the product that runs as a process of its own, as it does in production.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private GatewayProcess(Process process) => _process = process;

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The exit code of an ended process.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>What it wrote until now, both streams together.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts <c>kong</c> with these arguments; the environment's own <c>KONG_*</c> variables are not handed on.</summary>
    public static GatewayProcess Kong(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null) =>
        Start(RepositoryFolder.OutputOf("src/Kong", "kong.dll"), arguments, environment, folder);

    /// <summary>Starts the echo upstream on a loopback port.</summary>
    public static GatewayProcess Echo(int port) =>
        Start(RepositoryFolder.OutputOf("samples/Echo", "Gateway.Echo.dll"), ["--urls", $"http://127.0.0.1:{port}"]);

    /// <summary>Runs <c>kong</c> to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunKongAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        await using var process = Kong(arguments, environment, folder);
        await process.WaitForExitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, process.Output);
    }

    /// <summary>Starts a built assembly with the <c>dotnet</c> host that runs the tests.</summary>
    public static GatewayProcess Start(
        string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var host = Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host, [assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("KONG_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        // A test watches over its process, so it stays in the foreground unless the test is about that.
        start.Environment["KONG_NGINX_DAEMON"] = "off";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = new GatewayProcess(new Process { StartInfo = start });
        process._process.OutputDataReceived += process.OnLine;
        process._process.ErrorDataReceived += process.OnLine;
        process._process.Start();
        process._process.StandardInput.Close();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += process.OnTestsEnd;
        return process;
    }

    /// <summary>Sends a signal of <see cref="Signals"/>.</summary>
    public void Signal(int signal) => Signals.Send(Id, signal);

    /// <summary>Waits until an endpoint answers with a success.</summary>
    public Task WaitForAsync(HttpClient client, string url, TimeSpan? timeout = null) =>
        Wait.UntilAsync(
            async () =>
            {
                if (HasExited)
                {
                    throw new InvalidOperationException($"The process ended with {ExitCode}:\n{Output}");
                }

                using var response = await client.GetAsync(new Uri(url));
                return response.IsSuccessStatusCode;
            },
            $"{url} answers; the process wrote:\n{Output}",
            timeout);

    /// <summary>Waits for the end, and for the last line of output.</summary>
    public async Task WaitForExitAsync(TimeSpan? timeout = null)
    {
        using var deadline = new CancellationTokenSource(timeout ?? Wait.Patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The process {Id} did not end. It wrote:\n{Output}");
        }
    }

    /// <summary>Kills it as <c>kill -9</c> does and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Signal(Signals.Kill);
        await WaitForExitAsync();
    }

    /// <summary>Kills the process when it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnTestsEnd;
        if (!HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void OnLine(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is not null)
        {
            _lines.Enqueue(e.Data);
        }
    }

    private void OnTestsEnd(object? sender, EventArgs e) => Signal(Signals.Kill);
}
