using System.Diagnostics;
using System.Globalization;

namespace Gateway.Testing;

/// <summary>A Redis server of its own on a free loopback port; it ends with the test process, however that ends: its shell waits on a pipe that the process holds open.</summary>
public sealed class TestRedis : IAsyncDisposable
{
    private readonly string[] _options;
    private Process? _shell;

    private TestRedis(string[] options) => _options = options;

    /// <summary>The loopback port; it stays the same over kill and start.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>What <c>redis-cli</c> needs to be let in.</summary>
    public IReadOnlyList<string> Access { get; init; } = [];

    /// <summary>Starts a server that keeps nothing on disk.</summary>
    /// <param name="options">Further options of <c>redis-server</c>.</param>
    public static async Task<TestRedis> StartAsync(params string[] options)
    {
        var redis = new TestRedis(["--port", "{port}", .. options]);
        await redis.StartAsync();
        return redis;
    }

    /// <summary>Starts a server that speaks TLS alone and knows one user.</summary>
    /// <param name="certificate">The file of its certificate.</param>
    /// <param name="key">The file of its key.</param>
    /// <param name="user">The user's name.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="rights">What the user may do.</param>
    public static async Task<TestRedis> StartClosedAsync(string certificate, string key, string user, string password, params string[] rights)
    {
        var redis = new TestRedis(
        [
            "--port", "0", "--tls-port", "{port}", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no", "--tls-ca-cert-file", certificate,
            "--user", user, "on", $">{password}", .. rights, "--user", "default", "off", "--user", "tests", "on", ">tests", "~*", "+@all",
        ])
        {
            Access = ["--tls", "--insecure", "--user", "tests", "--pass", "tests", "--no-auth-warning"],
        };
        await redis.StartAsync();
        return redis;
    }

    /// <summary>Starts the server again after <see cref="KillAsync"/>, empty.</summary>
    public async Task StartAsync()
    {
        string[] options = [.. _options.Select(o => o == "{port}" ? Port.ToString(CultureInfo.InvariantCulture) : o)];
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", "redis-server \"$@\" & p=$!; cat >/dev/null; kill -KILL $p 2>/dev/null; wait $p", "sh", .. options, "--bind", "127.0.0.1", "--save", "", "--dir", Path.GetTempPath()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _shell = Process.Start(start)!;
        _shell.OutputDataReceived += static (_, _) => { };
        _shell.ErrorDataReceived += static (_, _) => { };
        _shell.BeginOutputReadLine();
        _shell.BeginErrorReadLine();
        await Wait.UntilAsync(async () => await AskAsync("PING") is "PONG", $"Redis answers on port {Port}");
    }

    /// <summary>Asks a question with <c>redis-cli</c>.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <returns>The answer, a line for each part.</returns>
    public async Task<string> AskAsync(params string[] command)
    {
        var start = new ProcessStartInfo("redis-cli", ["-p", Port.ToString(CultureInfo.InvariantCulture), .. Access, .. command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await error;
        return answer.Trim();
    }

    /// <summary>Kills the server as <c>kill -9</c> does; what it held is gone.</summary>
    public async Task KillAsync()
    {
        if (_shell is not null)
        {
            Resume();
            _shell.StandardInput.Close();
            await _shell.WaitForExitAsync();
            _shell.Dispose();
            _shell = null;
        }
    }

    /// <summary>Makes the server hang: connections stay open and nothing answers.</summary>
    public void Hang() => Signal(Signals.Stop);

    /// <summary>Lets a hanging server go on.</summary>
    public void Resume() => Signal(Signals.Continue);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();

    private void Signal(int signal)
    {
        foreach (var process in Signals.Family(_shell!.Id).Skip(1))
        {
            Signals.Send(process, signal);
        }
    }
}
