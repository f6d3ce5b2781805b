using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.ControlPlane;
using Gateway.ControlPlane.Store;
using Gateway.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Kong.Tests.Configuration;

/// <summary>Dump, diff and sync through the Admin API of real control planes.</summary>
public sealed class ConfigSyncTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime, IDisposable
{
    private const string Everything = """
        _format_version: "3.0"
        certificates:
          - cert: |
        {cert}
            key: |
        {key}
            snis:
              - name: a.test
        ca_certificates:
          - cert: |
        {ca}
        consumer_groups:
          - name: gold
          - name: silver
            consumers: [{username: alice}]
        consumers:
          - username: alice
            custom_id: "1"
            groups:
              - name: gold
            keyauth_credentials:
              - key: alice-key
            basicauth_credentials:
              - username: alice
                password: correct horse
            acls:
              - group: admins
          - custom_id: nameless
            keyauth_credentials:
              - key: other-key
        key_sets:
          - name: set
        plugins:
          - name: rate-limiting
            config: {minute: 3, policy: local}
          - name: request-termination
            route: r
            consumer: alice
        services:
          - name: s
            url: https://up.test:8443/base
            tags: [b, a]
            routes:
              - name: r
                paths: ["~/a/\\d+$", /b]
                headers: {x-version: ["1", "2"]}
                plugins:
                  - name: key-auth
              - paths: [/nameless]
                plugins:
                  - name: cors
                    config: {origins: ["*"]}
        upstreams:
          - name: u
            algorithm: least-connections
            targets:
              - target: 10.0.0.1:80
                weight: 95
              - target: 10.0.0.2:80
                weight: 5
        vaults:
          - name: env
            prefix: my-env
            config: {prefix: MY_}
        """;

    private readonly TestCommand _command = new();
    private WebApplication _plane = null!;
    private string _url = null!;

    public async Task InitializeAsync() => (_plane, _url) = await StartAsync(postgres);

    public async Task DisposeAsync() => await _plane.DisposeAsync();

    public void Dispose() => _command.Dispose();

    [Fact]
    public async Task Dump_OfOneGateway_MakesAnotherOneThatDumpsTheSame()
    {
        var written = await SyncAsync(_url, WriteEverything());
        written.ShouldContain("creating route r of service s");
        written.ShouldEndWith("Summary:\n  Created: 25\n  Updated: 0\n  Deleted: 0\n");
        (await DiffAsync(_url, _command.PathOf("kong.yaml"))).ShouldBe((0, "Summary:\n  Created: 0\n  Updated: 0\n  Deleted: 0\n"));

        var (other, otherUrl) = await StartAsync(postgres);
        await using var _ = other;
        var dump = await DumpAsync(_url);
        await SyncAsync(otherUrl, _command.Write("dump.yaml", dump));

        (await DumpAsync(otherUrl)).ShouldBe(dump);
        (await DumpAsync(_url)).ShouldBe(dump);
        (await DiffAsync(otherUrl, _command.PathOf("kong.yaml"))).Code.ShouldBe(0);
        var json = await DumpAsync(_url, "--format", "json", "--skip-defaults");
        (await DiffAsync(otherUrl, _command.Write("dump.json", json))).Code.ShouldBe(0);
        JsonNode.Parse(json)!["services"]![0]!["routes"]![0]!.AsObject().ContainsKey("strip_path").ShouldBeFalse();
    }

    [Fact]
    public async Task Differences_AreToldFieldByField_AndMade()
    {
        await SyncAsync(_url, _command.Write("a.yaml", """
            _format_version: "3.0"
            services:
              - name: s
                host: one.test
                routes:
                  - name: r
                    paths: [/r]
                    plugins:
                      - name: rate-limiting
                        config: {minute: 3, policy: local}
              - name: old
                host: old.test
                routes:
                  - name: moving
                    paths: [/m]
            consumers:
              - username: bob
                custom_id: "7"
                keyauth_credentials:
                  - key: first-secret
                    tags: [x]
            """));
        var id = (await GetAsync("/services/s"))["id"]!.ToString();
        var wanted = _command.Write("b.yaml", """
            _format_version: "3.0"
            services:
              - name: s
                host: two.test
                routes:
                  - name: r
                    paths: [/r]
                    plugins:
                      - name: rate-limiting
                        config: {minute: 5, policy: local}
            consumers:
              - username: carol
                custom_id: "7"
                keyauth_credentials:
                  - key: first-secret
            routes:
              - name: moving
                service: s
                paths: [/m]
            """);

        var (code, told) = await DiffAsync(_url, wanted);

        code.ShouldBe(2);
        told.ShouldContain("updating service s\n  - host: \"one.test\"\n  + host: \"two.test\"\n");
        told.ShouldContain("updating plugin rate-limiting of route r\n  - config.minute: 3\n  + config.minute: 5\n");
        told.ShouldContain("updating consumer carol\n  - username: \"bob\"\n  + username: \"carol\"\n");
        told.ShouldContain("deleting service old\n");
        told.ShouldContain("updating route moving of service s\n  - service: \"old\"\n  + service: \"s\"\n");
        told.ShouldNotContain("first-secret");
        (await GetAsync("/services/s"))["host"]!.GetValue<string>().ShouldBe("one.test");
        (await _command.RunAsync("config", "sync", wanted, "--url", _url, "--dry-run")).ExitCode.ShouldBe(2);
        (await GetAsync("/services/s"))["host"]!.GetValue<string>().ShouldBe("one.test");

        await SyncAsync(_url, wanted);

        (await DiffAsync(_url, wanted)).Code.ShouldBe(0);
        var service = await GetAsync("/services/s");
        (service["id"]!.ToString(), service["host"]!.GetValue<string>()).ShouldBe((id, "two.test"));
        (await GetAsync("/key-auths"))["data"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task SelectedEntities_AreChanged_AndNoOthers()
    {
        await SyncAsync(_url, _command.Write("other.yaml", "_format_version: \"3.0\"\nservices:\n  - {name: theirs, host: h, tags: [their-team]}\n"));
        var ours = _command.Write("ours.yaml", "_format_version: \"3.0\"\n_info:\n  select_tags: [our-team]\nservices:\n  - {name: ours, host: h}\n");

        await SyncAsync(_url, ours);

        (await GetAsync("/services/ours"))["tags"]!.ToJsonString().ShouldBe("[\"our-team\"]");
        (await GetAsync("/services/theirs"))["host"]!.GetValue<string>().ShouldBe("h");
        var dump = await DumpAsync(_url, "--select-tag", "our-team");
        dump.ShouldContain("name: ours");
        dump.ShouldNotContain("theirs");
        await SyncAsync(_url, _command.Write("none.yaml", "_format_version: \"3.0\"\n"), "--select-tag", "our-team");
        (await GetAsync("/services"))["data"]!.AsArray().Select(s => s!["name"]!.GetValue<string>()).ShouldBe(["theirs"]);
    }

    [Fact]
    public async Task Gateway_WithoutBatches_IsSyncedOneByOne()
    {
        await using var kong = await WithoutBatchesAsync();
        var url = kong.Urls.Single();

        await SyncAsync(url, WriteEverything(), "--header", "Kong-Admin-Token: let me in");

        (await DiffAsync(_url, _command.PathOf("kong.yaml"))).Code.ShouldBe(0);
        var (code, _, error) = await _command.RunAsync("config", "diff", _command.PathOf("kong.yaml"), "--url", url);
        (code, error).ShouldBe((1, "Error: the Admin API answered 401: who are you?\n\n  Run with --v (verbose) or --vv (debug) for more details\n"));
    }

    [Fact]
    public async Task Refusals_NameTheEntity_AndLeaveTheGatewayAsItWas()
    {
        using var client = new HttpClient { BaseAddress = new Uri(_url) };
        (await client.PostAsJsonAsync("/consumers", new JsonObject { ["username"] = "dave", ["custom_id"] = "9", ["tags"] = new JsonArray("theirs") })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var file = _command.Write("c.yaml", "_format_version: \"3.0\"\nservices:\n  - {name: s1, host: h}\nconsumers:\n  - {username: eve, custom_id: \"9\"}\n");

        var (code, _, error) = await _command.RunAsync("config", "sync", file, "--url", _url, "--select-tag", "ours");

        code.ShouldBe(1);
        error.ShouldStartWith("Error: consumer eve: 409 UNIQUE violation detected on '{custom_id=\"9\"}'");
        (await GetAsync("/services"))["data"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("services: [{name: s}]", "in 'services':\n  - in entry 1 of 'services':\n    in 'host': required field missing")]
    [InlineData("services: [{name: s, host: h, colour: red}]", "in 'colour': unknown field")]
    [InlineData("services: {", "failed parsing declarative configuration")]
    public async Task File_ThatIsWrong_SaysWhere(string text, string complaint)
    {
        var (code, _, error) = await _command.RunAsync("config", "diff", _command.Write("w.yaml", $"_format_version: \"3.0\"\n{text}\n"), "--url", _url);

        code.ShouldBe(1);
        error.ShouldContain(complaint);
    }

    [Fact]
    public async Task Files_OfAFolder_AreOneConfiguration_WithWhatTheyShareAndWhatTheEnvironmentSays()
    {
        Directory.CreateDirectory(_command.PathOf("team/more"));
        _command.Write("team/a.yaml", """
            _format_version: "3.0"
            _plugin_configs: {limit: {minute: 3, policy: local}}
            services:
              - name: a
                host: "${{ env "DECK_HOST" }}"
                port: ${{ env "DECK_PORT" | toInt }}
                plugins: [{name: rate-limiting, _config: limit, config: {hour: 9}}]
            """);
        _command.Write("team/more/b.json", """{"_format_version": "3.0", "services": [{"name": "b", "host": "b.test"}], "routes": [{"name": "r", "service": {"name": "a"}, "paths": ["/r"]}]}""");
        _command.Write("team/readme.txt", "not a configuration");
        (_command.Environment["DECK_HOST"], _command.Environment["DECK_PORT"]) = ("hidden.test", "8443");

        await SyncAsync(_url, _command.PathOf("team"));

        var service = await GetAsync("/services/a");
        (service["host"]!.ToString(), service["port"]!.GetValue<int>()).ShouldBe(("hidden.test", 8443));
        var limit = (await GetAsync("/services/a/plugins"))["data"]![0]!["config"]!;
        (limit["minute"]!.GetValue<int>(), limit["hour"]!.GetValue<int>()).ShouldBe((3, 9));
        (await GetAsync("/routes/r"))["service"]!["id"]!.ToString().ShouldBe(service["id"]!.ToString());
        _command.Environment["DECK_HOST"] = "other.test";
        var (code, told) = await DiffAsync(_url, _command.PathOf("team"));
        (code, told).ShouldBe((2, "updating service a\n  - host: \"hidden.test\"\n  + host: \"[masked]\"\nSummary:\n  Created: 0\n  Updated: 1\n  Deleted: 0\n"));
    }

    [Fact]
    public async Task Files_ThatAreWrong_AreAllNamedWithTheirPlaces()
    {
        Directory.CreateDirectory(_command.PathOf("bad"));
        _command.Write("bad/a.yaml", "_format_version: '3.0'\nservices: [{name: a, host: a}]\n");
        _command.Write("bad/b.yaml", "_format_version: '3.0'\nservices: [{name: b, host: b}, {name: c}]\nconsumers: [{custom_id: 1}]\n");
        var (code, _, error) = await _command.RunAsync("config", "diff", _command.PathOf("bad"), "--url", _url);
        code.ShouldBe(1);
        error.ShouldContain($"  - in entry 2 of 'services' in {_command.PathOf("bad/b.yaml")}:\n    in 'host': required field missing");
        error.ShouldContain($"  - in entry 1 of 'consumers' in {_command.PathOf("bad/b.yaml")}:\n    in 'custom_id': expected a string");

        _command.Write("bad/a.yaml", "_format_version: '3.0'\nservices: [{name: '${{ env \"DECK_NO\" }}', host: ${{ env \"HOME\" }}, x: ${{ now }}}]\n");
        _command.Write("bad/b.yaml", "services: {");
        error = (await _command.RunAsync("config", "diff", _command.PathOf("bad"), "--url", _url)).Error;
        error.ShouldContain("a.yaml: line 2: environment variable 'DECK_NO' present in state file but not set");
        error.ShouldContain("a.yaml: line 2: environment variables in the state file must be prefixed with 'DECK_', found: 'HOME'");
        error.ShouldContain("a.yaml: line 2: '${{ now }}' is not of the form ${{ env \"DECK_X\" }}");
        error.ShouldContain("b.yaml: failed parsing declarative configuration");
    }

    [Fact]
    public async Task Changes_AsJson_AreForMachines()
    {
        await SyncAsync(_url, _command.Write("j.yaml", "_format_version: '3.0'\nservices: [{name: s, host: h}]\nconsumers: [{username: bob, keyauth_credentials: [{key: very-secret}]}]\n"));
        var wanted = _command.Write("k.yaml", "_format_version: '3.0'\nservices: [{name: s, host: i}, {name: t, host: h}]\n");

        var (code, output, error) = await _command.RunAsync("config", "diff", "-s", wanted, "--url", _url, "--json-output");

        (code, error).ShouldBe((2, ""));
        output.ShouldNotContain("very-secret");
        var told = JsonNode.Parse(output)!;
        told["summary"]!.ToJsonString().ShouldBe("""{"creating":1,"updating":1,"deleting":2,"total":4}""");
        told["changes"]!["updating"]![0]!["body"]!["old"]!["host"]!.ToString().ShouldBe("h");
        told["changes"]!["updating"]![0]!["body"]!["new"]!["host"]!.ToString().ShouldBe("i");
        told["errors"]!.AsArray().ShouldBeEmpty();
        (await _command.RunAsync("config", "sync", wanted, "--url", _url, "--json-output")).ExitCode.ShouldBe(0);
        (await DiffAsync(_url, wanted)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Gateway_ThatGoesAwayInTheMiddle_LeavesAnAccountOfWhatWasDone()
    {
        await using var kong = await WithoutBatchesAsync(stopAfter: 3);
        var file = _command.Write("m.yaml", "_format_version: '3.0'\nservices: [" + string.Join(", ", Enumerable.Range(0, 9).Select(i => $"{{name: s{i}, host: h}}")) + "]\n");

        var (code, _, error) = await _command.RunAsync("config", "sync", file, "--url", kong.Urls.Single(), "--header", "Kong-Admin-Token: let me in", "--parallelism", "1");

        code.ShouldBe(1);
        error.ShouldContain("3 of 9 changes are known to be made; what was under way may be made or not: 'kong config diff' tells, and the same command again does the rest");
        (await GetAsync("/services"))["data"]!.AsArray().Count.ShouldBe(3);
        await SyncAsync(_url, file);
        (await GetAsync("/services"))["data"]!.AsArray().Count.ShouldBe(9);
    }

    [Fact]
    public async Task Gateway_ThatIsAway_IsNamed()
    {
        var (code, _, error) = await _command.RunAsync("config", "dump", "--url", $"http://127.0.0.1:{FreePort.Next()}");

        code.ShouldBe(1);
        error.ShouldContain("cannot be reached: Connection refused");
    }

    private string WriteEverything()
    {
        using var certificate = TestCertificates.Cluster();
        using var authority = TestAuthority.Create();
        return _command.Write("kong.yaml", Everything.Replace("{ca}", Indented(authority.Certificate.ExportCertificatePem()), StringComparison.Ordinal).Replace("{cert}", Indented(certificate.ExportCertificatePem()), StringComparison.Ordinal)
            .Replace("{key}", Indented(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal));
    }

    private static string Indented(string text) => string.Join('\n', text.Split('\n').Select(l => $"      {l}"));

    private async Task<string> SyncAsync(string url, string file, params string[] more)
    {
        var (code, output, error) = await _command.RunAsync(["config", "sync", file, "--url", url, .. more]);
        (code, error).ShouldBe((0, ""));
        return output;
    }

    private async Task<(int Code, string Out)> DiffAsync(string url, string file)
    {
        var (code, output, error) = await _command.RunAsync("config", "diff", file, "--url", url);
        error.ShouldBe("");
        return (code, output);
    }

    private async Task<string> DumpAsync(string url, params string[] more)
    {
        var (code, output, error) = await _command.RunAsync(["config", "dump", "--url", url, .. more]);
        (code, error).ShouldBe((0, ""));
        return output;
    }

    private async Task<JsonObject> GetAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_url) };
        return (await client.GetFromJsonAsync<JsonObject>(path))!;
    }

    private static async Task<(WebApplication Plane, string Url)> StartAsync(PostgresFixture postgres)
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var migrations = MigrationRunner.Create(database.ConnectionString, TextWriter.Null);
        (await migrations.BootstrapAsync("correct horse", force: false, default)).ShouldBe(MigrationOutcome.Done);
        var port = FreePort.Next();
        var plane = ControlPlaneHost.Create(new ControlPlaneOptions { ConnectionString = database.ConnectionString, AdminListen = [new Listener(IPAddress.Loopback, port)] });
        await plane.StartAsync();
        return (plane, $"http://127.0.0.1:{port}");
    }

    /// <summary>An Admin API without <c>/batch</c> that asks for a token, in front of the real one.</summary>
    private async Task<WebApplication> WithoutBatchesAsync(int stopAfter = int.MaxValue)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{FreePort.Next()}");
        var client = new HttpClient { BaseAddress = new Uri(_url) };
        app.Run(async http =>
        {
            if (http.Request.Headers["Kong-Admin-Token"] != "let me in")
            {
                http.Response.StatusCode = 401;
                await http.Response.WriteAsJsonAsync(new JsonObject { ["message"] = "who are you?" });
                return;
            }

            if (http.Request.Method is "PUT" && Interlocked.Decrement(ref stopAfter) < 0)
            {
                http.Abort();
                return;
            }

            if (http.Request.Path == "/batch")
            {
                http.Response.StatusCode = 404;
                return;
            }

            using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.Path + http.Request.QueryString);
            if (http.Request.ContentLength > 0)
            {
                request.Content = new StreamContent(http.Request.Body) { Headers = { ContentType = new("application/json") } };
            }

            using var answer = await client.SendAsync(request);
            http.Response.StatusCode = (int)answer.StatusCode;
            await http.Response.Body.WriteAsync(await answer.Content.ReadAsByteArrayAsync());
        });
        await app.StartAsync();
        return app;
    }
}
