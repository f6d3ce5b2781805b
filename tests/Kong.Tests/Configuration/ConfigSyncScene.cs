using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.ControlPlane;
using Gateway.ControlPlane.Store;
using Gateway.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Kong.Tests.Configuration;

/// <summary>A gateway, and the commands that bring it and files into line.</summary>
/// <param name="postgres">Where the gateway keeps its configuration.</param>
public abstract class ConfigSyncScene(PostgresFixture postgres) : IAsyncLifetime, IDisposable
{
    private WebApplication _plane = null!;

    internal TestCommand Command { get; } = new();

    protected string Url { get; private set; } = null!;

    public async Task InitializeAsync() => (_plane, Url) = await StartAsync();

    public async Task DisposeAsync() => await _plane.DisposeAsync();

    public void Dispose()
    {
        Command.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<string> SyncAsync(string url, string file, params string[] more)
    {
        var (code, output, error) = await Command.RunAsync(["config", "sync", file, "--url", url, .. more]);
        (code, error).ShouldBe((0, ""));
        return output;
    }

    protected async Task<(int Code, string Out)> DiffAsync(string url, string file)
    {
        var (code, output, error) = await Command.RunAsync("config", "diff", file, "--url", url);
        error.ShouldBe("");
        return (code, output);
    }

    protected async Task<string> DumpAsync(string url, params string[] more)
    {
        var (code, output, error) = await Command.RunAsync(["config", "dump", "--url", url, .. more]);
        (code, error).ShouldBe((0, ""));
        return output;
    }

    protected async Task<JsonObject> GetAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri(Url) };
        return (await client.GetFromJsonAsync<JsonObject>(path))!;
    }

    protected async Task<(WebApplication Plane, string Url)> StartAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var migrations = MigrationRunner.Create(database.ConnectionString, TextWriter.Null);
        (await migrations.BootstrapAsync("correct horse", force: false, default)).ShouldBe(MigrationOutcome.Done);
        var port = FreePort.Next();
        var plane = ControlPlaneHost.Create(new ControlPlaneOptions { ConnectionString = database.ConnectionString, AdminListen = [new Listener(IPAddress.Loopback, port)] });
        await plane.StartAsync();
        return (plane, $"http://127.0.0.1:{port}");
    }
}
