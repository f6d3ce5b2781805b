using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Store;
using Gateway.Hosting;
using Gateway.Sync.Telemetry;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.ControlPlane.Tests.Admin;

/// <summary>A control plane on ports of its own, and a client of its Admin API.</summary>
internal sealed class RunningControlPlane : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly WebApplication _host;
    private readonly TestDatabase _database;

    private RunningControlPlane(WebApplication host, TestDatabase database, int port, int statusPort)
    {
        _host = host;
        _database = database;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        Status = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{statusPort}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public TestDatabase Database => _database;

    public HttpClient Client { get; }

    public HttpClient Status { get; }

    public IServiceProvider Services => _host.Services;

    public string ConnectionString => _database.ConnectionString;

    public ConfigPublisher Publisher => Services.GetRequiredService<ConfigPublisher>();

    public static async Task<RunningControlPlane> StartAsync(PostgresFixture postgres, LocalUpstreams? upstreams = null) => await StartAsync(await BootstrappedAsync(postgres), upstreams);

    /// <summary>Starts a node on a database that may have others.</summary>
    public static async Task<RunningControlPlane> StartAsync(TestDatabase database, LocalUpstreams? upstreams = null, string? replica = null, TestLog? log = null)
    {
        var (port, statusPort) = (FreePort.Next(), FreePort.Next());
        var host = ControlPlaneHost.Create(new ControlPlaneOptions
        {
            ConnectionString = database.ConnectionString,
            ReadOnlyConnectionString = replica,
            Logging = log is null ? null : logging => logging.AddProvider(log),
            Upstreams = upstreams,
            AdminListen = [new Listener(IPAddress.Loopback, port)],
            StatusListen = [new Listener(IPAddress.Loopback, statusPort)],
        });
        await host.StartAsync();
        var plane = new RunningControlPlane(host, database, port, statusPort);

        // The first use of everything costs its compilation, which is not what a test measures.
        await Wait.UntilAsync(async () => (await plane.Client.GetAsync("/services")).IsSuccessStatusCode && plane.Publisher.Current is not null, "the control plane serves");
        return plane;
    }

    public static async Task<TestDatabase> BootstrappedAsync(PostgresFixture postgres)
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var migrations = MigrationRunner.Create(database.ConnectionString, TextWriter.Null);
        (await migrations.BootstrapAsync(Password, force: false, default)).ShouldBe(MigrationOutcome.Done);
        return database;
    }

    public async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length is 0 ? [] : (JsonObject)JsonNode.Parse(text)!);
    }

    public async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, path, body);
        status.ShouldBe(HttpStatusCode.Created, answer.ToJsonString());
        return answer;
    }

    public async Task<JsonObject> GetAsync(string path)
    {
        var (status, answer) = await SendAsync(HttpMethod.Get, path);
        status.ShouldBe(HttpStatusCode.OK, answer.ToJsonString());
        return answer;
    }

    /// <summary>Asks the database itself.</summary>
    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Status.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
    }
}
