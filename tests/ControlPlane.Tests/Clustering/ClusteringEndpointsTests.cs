using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.Sync;
using Gateway.Testing;
using Npgsql;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>The rows of the data planes in a real database, and the Admin API over them.</summary>
public sealed class ClusteringEndpointsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime, IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificates.Cluster();
    private TestControlPlane _controlPlane = null!;
    private string _database = "";

    public async Task InitializeAsync()
    {
        _database = (await postgres.CreateDatabaseAsync()).ConnectionString;
        await ExecuteAsync("""
            CREATE TABLE clustering_data_planes (
              id uuid PRIMARY KEY, hostname text NOT NULL, ip text NOT NULL, version text, last_seen timestamptz, updated_at timestamptz,
              config_hash text NOT NULL, sync_status text NOT NULL DEFAULT 'unknown', labels jsonb, cert_details jsonb, rpc_capabilities text[],
              ttl timestamptz)
            """);
        _controlPlane = new TestControlPlane(_certificate, _database);
        await _controlPlane.StartAsync();
    }

    public Task DisposeAsync() => _controlPlane.DisposeAsync().AsTask();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task DataPlanes_OnePlane_HasTheRecordedShape()
    {
        var document = _controlPlane.Publish("a");
        await using var plane = new TestDataPlane(_controlPlane, _certificate);
        await plane.StartAsync();
        await Wait.UntilAsync(async () => (string?)await ScalarAsync("SELECT config_hash FROM clustering_data_planes") == document.ConfigHash, "the row is written");

        var list = await GetAsync("/clustering/data-planes");
        list.Select(p => p.Key).ShouldBe(["data", "next"], ignoreOrder: true);
        list["next"].ShouldBeNull();
        var row = list["data"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        row.Select(p => p.Key).ShouldBe(
            ["id", "hostname", "ip", "version", "last_seen", "updated_at", "config_hash", "sync_status", "labels", "cert_details", "rpc_capabilities", "ttl"],
            ignoreOrder: true);
        ((string)row["id"]!).ShouldBe(plane.Id.ToString());
        ((string)row["version"]!).ShouldBe("3.10.0");
        ((string)row["sync_status"]!).ShouldBe("normal");
        ((string)row["labels"]!["region"]!).ShouldBe("eu");
        ((long)row["ttl"]!).ShouldBeInRange(1_209_500, 1_209_600);
        ((long)row["cert_details"]!["expiry_timestamp"]!).ShouldBe(new DateTimeOffset(_certificate.NotAfter).ToUnixTimeSeconds());
        row["rpc_capabilities"]!.AsArray().ShouldBeEmpty();

        using var response = await _controlPlane.Admin.GetAsync("/clustering/status");
        response.Headers.GetValues("Deprecation").ShouldBe(["true"]);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync())![plane.Id.ToString()]!.AsObject();
        status.Select(p => p.Key).ShouldBe(["config_hash", "hostname", "ip", "last_seen"], ignoreOrder: true);
        ((string)status["hostname"]!).ShouldBe("plane-1");
    }

    [Fact]
    public async Task DataPlanes_OfOtherNodes_ArePagedInTheOrderOfTheirIdsWithoutExpiredOnes()
    {
        for (var i = 1; i <= 5; i++)
        {
            await ExecuteAsync(
                $"INSERT INTO clustering_data_planes VALUES ('aaaaaaaa-0000-4000-8000-00000000000{i}', 'h{i}', '10.0.0.{i}', '3.9.3', now(), now(), "
                + $"'{ConfigHashes.Zeros}', 'kong_version_incompatible', '{{}}', NULL, NULL, now() + interval '{(i == 3 ? -1 : 60)} seconds')");
        }

        var ids = new List<string>();
        for (string? path = "/clustering/data-planes?size=2"; path is not null;)
        {
            var page = await GetAsync(path);
            ids.AddRange(page["data"]!.AsArray().Select(p => (string)p!["hostname"]!));
            page.ContainsKey("offset").ShouldBe(page["next"] is not null);
            path = (string?)page["next"];
        }

        ids.ShouldBe(["h1", "h2", "h4", "h5"]);
    }

    [Theory]
    [InlineData("GET", "/clustering/data-planes?size=0", 400, "size must be an integer between 1 and 1000")]
    [InlineData("GET", "/clustering/data-planes?size=x", 400, "size must be a number")]
    [InlineData("GET", "/clustering/data-planes?offset=!", 400, "'!' is not a valid offset: bad base64 encoding")]
    [InlineData("GET", "/clustering/data-planes?offset=eA", 400, "'eA' is not a valid offset: bad json encoding")]
    [InlineData("POST", "/clustering/data-planes", 405, "Method not allowed")]
    [InlineData("DELETE", "/clustering/status", 405, "Method not allowed")]
    public async Task Endpoints_BadRequests_AreAnsweredInKongsWords(string method, string path, int status, string message)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _controlPlane.Admin.SendAsync(request);
        response.StatusCode.ShouldBe((HttpStatusCode)status);
        ((string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"]!).ShouldBe(message);
    }

    [Fact]
    public async Task Database_DownForAWhile_DisturbsNoPlaneAndIsCaughtUp()
    {
        var first = _controlPlane.Publish("a");
        await using var plane = new TestDataPlane(_controlPlane, _certificate);
        await plane.StartAsync();
        await plane.WaitForAsync(first);

        await postgres.StopAsync();
        var second = _controlPlane.Publish("b");
        await plane.WaitForAsync(second);
        var list = await GetAsync("/clustering/data-planes");
        await Wait.UntilAsync(() => _controlPlane.Registry.Find(plane.Id)?.ConfigHash == second.ConfigHash, "the registry goes on");
        list["data"]!.AsArray().Count.ShouldBe(1);
        await _controlPlane.Log.WaitForAsync("Warning The rows of the data planes cannot be written");

        await postgres.StartAsync();
        await Wait.UntilAsync(async () => (string?)await ScalarAsync("SELECT config_hash FROM clustering_data_planes") == second.ConfigHash, "the row is caught up");
        await _controlPlane.Log.WaitForAsync("are written again");
        plane.Log.Lines.ShouldNotContain(l => l.Contains("Not connected", StringComparison.Ordinal));
    }

    private async Task<JsonObject> GetAsync(string path) => JsonNode.Parse(await _controlPlane.Admin.GetStringAsync(path))!.AsObject();

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
