using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Gateway.Testing;

/// <summary>
/// A PostgreSQL cluster of its own on a free loopback port; a fixture for a class or a collection of tests.
/// It ends with the test process, however that ends: its shell waits on a pipe that the process holds open.
/// </summary>
public class PostgresFixture : IAsyncLifetime
{
    /// <summary>The superuser, who needs no password on this cluster.</summary>
    public const string User = "kong";

    // A test's data need not survive the machine, only the server's death: fsync is what costs, and synchronous_commit stays on.
    private const string Fast = "-c fsync=off -c full_page_writes=off";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"gateway-pg-{Environment.ProcessId}-{Path.GetRandomFileName()[..8]}");
    private Process? _shell;
    private int _databases;

    /// <summary>The loopback port; it stays the same over stop and start.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Whether a commit waits for the disk, as in production; set by a subclass whose tests kill the server.</summary>
    protected virtual bool Durable => false;

    /// <summary>The command that makes the cluster: <c>$1/data</c> is its folder, <c>$2</c> that of PostgreSQL's programs.</summary>
    protected virtual string Making => $"\"$2/initdb\" -D \"$1/data\" -U {User} -A trust -E UTF8 --locale=C --no-sync";

    /// <summary>The connection string of a database.</summary>
    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username={User};Database={database};Include Error Detail=true";

    /// <summary>Makes the cluster and starts it.</summary>
    public async Task InitializeAsync()
    {
        await RunAsync($"mkdir -m 700 \"$1\" && exec {Making}", _folder, PostgresBinaries.Folder);
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        await StartAsync();
    }

    /// <summary>Makes a fresh, empty database.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(CancellationToken cancellation = default)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellation);
        return new TestDatabase("127.0.0.1", Port, User, name, ConnectionString(name));
    }

    /// <summary>Starts the server and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var start = PostgresBinaries.Shell(
            "\"$2/postgres\" -D \"$1/data\" -p $3 -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 $4 & "
            + "p=$!; cat >/dev/null; kill -QUIT $p 2>/dev/null; wait $p; [ -e \"$1/keep\" ] || rm -rf \"$1\"",
            _folder, PostgresBinaries.Folder, Port.ToString(CultureInfo.InvariantCulture), Durable ? "" : Fast);
        _shell = Process.Start(start)!;
        _shell.OutputDataReceived += static (_, _) => { };
        _shell.ErrorDataReceived += static (_, _) => { };
        _shell.BeginOutputReadLine();
        _shell.BeginErrorReadLine();
        await Wait.UntilAsync(AnswersAsync, $"PostgreSQL answers on port {Port}");
    }

    /// <summary>Stops the server at once but cleanly; clients see a closed connection.</summary>
    public Task StopAsync() => EndAsync(Signals.Interrupt);

    /// <summary>Kills the server as <c>kill -9</c> does, its backends included.</summary>
    public Task KillAsync() => EndAsync(Signals.Kill);

    /// <summary>Makes the server hang: connections stay open and nothing answers.</summary>
    public void Hang() => SignalAll(Signals.Stop);

    /// <summary>Lets a hanging server go on.</summary>
    public void Resume() => SignalAll(Signals.Continue);

    /// <summary>Ends the server and removes its files.</summary>
    public async Task DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Resume();
        NpgsqlConnection.ClearAllPools();
        if (_shell is null)
        {
            await RunAsync("rm -rf \"$1\"", _folder);
            return;
        }

        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
        _shell = null;
    }

    private async Task<bool> AnswersAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=5");
        await connection.OpenAsync();
        return true;
    }

    private async Task EndAsync(int signal)
    {
        if (_shell is null || ServerProcess() is not { } server)
        {
            return;
        }

        var all = signal == Signals.Kill ? Signals.Family(server) : [server];
        foreach (var process in all)
        {
            Signals.Send(process, signal);
        }

        await RunAsync("touch \"$1/keep\"", _folder);
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
        _shell = null;
        await RunAsync("rm -f \"$1/keep\" \"$1/data/postmaster.pid\"", _folder);
    }

    private void SignalAll(int signal)
    {
        if (ServerProcess() is { } server)
        {
            foreach (var process in Signals.Family(server))
            {
                Signals.Send(process, signal);
            }
        }
    }

    private int? ServerProcess()
    {
        // The cluster's folder may be closed to us, so the server is found below the shell and not in postmaster.pid.
        return _shell is { HasExited: false }
            ? Signals.Family(_shell.Id).Skip(1).Where(IsServer).Select(id => (int?)id).FirstOrDefault()
            : null;
    }

    private static bool IsServer(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Split('\0')[0].EndsWith("/postgres", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task RunAsync(string script, params string[] arguments)
    {
        using var process = Process.Start(PostgresBinaries.Shell(script, arguments))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{script}' ended with {process.ExitCode}: {error}{await output}");
        }
    }

    private void OnProcessExit(object? sender, EventArgs e)
    {
        Resume();
        _shell?.StandardInput.Close();
    }
}

/// <summary>A database for one test.</summary>
public sealed record TestDatabase(string Host, int Port, string User, string Name, string ConnectionString);
