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
public sealed class ConfigSyncTests(PostgresFixture postgres) : ConfigSyncScene(postgres), IClassFixture<PostgresFixture>
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
            consumer_group_plugins:
              - name: rate-limiting
                config: {minute: 9}
          - name: silver
            consumers: [{username: alice}]
        licenses:
          - payload: '{"license": 1}'
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

    [Fact]
    public async Task Dump_OfOneGateway_MakesAnotherOneThatDumpsTheSame()
    {
        var written = await SyncAsync(Url, WriteEverything());
        written.ShouldContain("creating route r of service s");
        written.ShouldEndWith("Summary:\n  Created: 27\n  Updated: 0\n  Deleted: 0\n");
        (await DiffAsync(Url, Command.PathOf("kong.yaml"))).ShouldBe((0, "Summary:\n  Created: 0\n  Updated: 0\n  Deleted: 0\n"));

        var (other, otherUrl) = await StartAsync();
        await using var _ = other;
        var dump = await DumpAsync(Url);
        await SyncAsync(otherUrl, Command.Write("dump.yaml", dump));

        (await DumpAsync(otherUrl)).ShouldBe(dump);
        (await DumpAsync(Url)).ShouldBe(dump);
        (await DiffAsync(otherUrl, Command.PathOf("kong.yaml"))).Code.ShouldBe(0);
        var json = await DumpAsync(Url, "--format", "json", "--skip-defaults");
        (await DiffAsync(otherUrl, Command.Write("dump.json", json))).Code.ShouldBe(0);
        JsonNode.Parse(json)!["services"]![0]!["routes"]![0]!.AsObject().ContainsKey("strip_path").ShouldBeFalse();
    }

    [Fact]
    public async Task Workspace_ThatIsNotThere_IsMadeAndDumpsTheSame()
    {
        await SyncAsync(Url, Command.Write("team.yaml", """
            _format_version: "3.0"
            _workspace: team
            services:
              - name: s
                host: one.test
                routes: [{name: r, paths: [/r]}]
            consumer_groups:
              - name: gold
                consumer_group_plugins: [{name: rate-limiting, config: {minute: 9}}]
            """));
        var dump = await DumpAsync(Url, "--workspace", "team");
        dump.ShouldContain("_workspace: team");
        (await GetAsync("/services"))["data"]!.AsArray().ShouldBeEmpty();
        (await DiffAsync(Url, Command.Write("team-dump.yaml", dump))).Code.ShouldBe(0);

        var (other, otherUrl) = await StartAsync();
        await using var _ = other;
        await SyncAsync(otherUrl, Command.PathOf("team-dump.yaml"));
        (await DumpAsync(otherUrl, "--workspace", "team")).ShouldBe(dump);

        var changed = Command.Write("team-changed.yaml", dump.Replace("minute: 9", "minute: 8", StringComparison.Ordinal));
        (await DiffAsync(otherUrl, changed)).Out.ShouldContain("updating consumer group plugin rate-limiting of consumer group gold");
        await SyncAsync(otherUrl, changed);
        (await DiffAsync(otherUrl, changed)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Differences_AreToldFieldByField_AndMade()
    {
        await SyncAsync(Url, Command.Write("a.yaml", """
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
        var wanted = Command.Write("b.yaml", """
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

        var (code, told) = await DiffAsync(Url, wanted);

        code.ShouldBe(2);
        told.ShouldContain("updating service s\n  - host: \"one.test\"\n  + host: \"two.test\"\n");
        told.ShouldContain("updating plugin rate-limiting of route r\n  - config.minute: 3\n  + config.minute: 5\n");
        told.ShouldContain("updating consumer carol\n  - username: \"bob\"\n  + username: \"carol\"\n");
        told.ShouldContain("deleting service old\n");
        told.ShouldContain("updating route moving of service s\n  - service: \"old\"\n  + service: \"s\"\n");
        told.ShouldNotContain("first-secret");
        (await GetAsync("/services/s"))["host"]!.GetValue<string>().ShouldBe("one.test");
        (await Command.RunAsync("config", "sync", wanted, "--url", Url, "--dry-run")).ExitCode.ShouldBe(2);
        (await GetAsync("/services/s"))["host"]!.GetValue<string>().ShouldBe("one.test");

        await SyncAsync(Url, wanted);

        (await DiffAsync(Url, wanted)).Code.ShouldBe(0);
        var service = await GetAsync("/services/s");
        (service["id"]!.ToString(), service["host"]!.GetValue<string>()).ShouldBe((id, "two.test"));
        (await GetAsync("/key-auths"))["data"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task SelectedEntities_AreChanged_AndNoOthers()
    {
        await SyncAsync(Url, Command.Write("other.yaml", "_format_version: \"3.0\"\nservices:\n  - {name: theirs, host: h, tags: [their-team]}\n"));
        var ours = Command.Write("ours.yaml", "_format_version: \"3.0\"\n_info:\n  select_tags: [our-team]\nservices:\n  - {name: ours, host: h}\n");

        await SyncAsync(Url, ours);

        (await GetAsync("/services/ours"))["tags"]!.ToJsonString().ShouldBe("[\"our-team\"]");
        (await GetAsync("/services/theirs"))["host"]!.GetValue<string>().ShouldBe("h");
        var dump = await DumpAsync(Url, "--select-tag", "our-team");
        dump.ShouldContain("name: ours");
        dump.ShouldNotContain("theirs");
        await SyncAsync(Url, Command.Write("none.yaml", "_format_version: \"3.0\"\n"), "--select-tag", "our-team");
        (await GetAsync("/services"))["data"]!.AsArray().Select(s => s!["name"]!.GetValue<string>()).ShouldBe(["theirs"]);
    }

    [Fact]
    public async Task Gateway_WithoutBatches_IsSyncedOneByOne()
    {
        await using var kong = await WithoutBatchesAsync();
        var url = kong.Urls.Single();

        await SyncAsync(url, WriteEverything(), "--header", "Kong-Admin-Token: let me in");

        (await DiffAsync(Url, Command.PathOf("kong.yaml"))).Code.ShouldBe(0);
        var (code, _, error) = await Command.RunAsync("config", "diff", Command.PathOf("kong.yaml"), "--url", url);
        (code, error).ShouldBe((1, "Error: the Admin API answered 401: who are you?\n\n  Run with --v (verbose) or --vv (debug) for more details\n"));
    }

    [Fact]
    public async Task Refusals_NameTheEntity_AndLeaveTheGatewayAsItWas()
    {
        using var client = new HttpClient { BaseAddress = new Uri(Url) };
        (await client.PostAsJsonAsync("/consumers", new JsonObject { ["username"] = "dave", ["custom_id"] = "9", ["tags"] = new JsonArray("theirs") })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var file = Command.Write("c.yaml", "_format_version: \"3.0\"\nservices:\n  - {name: s1, host: h}\nconsumers:\n  - {username: eve, custom_id: \"9\"}\n");

        var (code, _, error) = await Command.RunAsync("config", "sync", file, "--url", Url, "--select-tag", "ours");

        code.ShouldBe(1);
        error.ShouldStartWith("Error: consumer eve: 409 UNIQUE violation detected on '{custom_id=\"9\"}'");
        (await GetAsync("/services"))["data"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Gateway_ThatGoesAwayInTheMiddle_LeavesAnAccountOfWhatWasDone()
    {
        await using var kong = await WithoutBatchesAsync(stopAfter: 3);
        var file = Command.Write("m.yaml", "_format_version: '3.0'\nservices: [" + string.Join(", ", Enumerable.Range(0, 9).Select(i => $"{{name: s{i}, host: h}}")) + "]\n");

        var (code, _, error) = await Command.RunAsync("config", "sync", file, "--url", kong.Urls.Single(), "--header", "Kong-Admin-Token: let me in", "--parallelism", "1");

        code.ShouldBe(1);
        error.ShouldContain("3 of 9 changes are known to be made; what was under way may be made or not: 'kong config diff' tells, and the same command again does the rest");
        (await GetAsync("/services"))["data"]!.AsArray().Count.ShouldBe(3);
        await SyncAsync(Url, file);
        (await GetAsync("/services"))["data"]!.AsArray().Count.ShouldBe(9);
    }

    [Fact]
    public async Task Gateway_ThatIsAway_IsNamed()
    {
        var (code, _, error) = await Command.RunAsync("config", "dump", "--url", $"http://127.0.0.1:{FreePort.Next()}");

        code.ShouldBe(1);
        error.ShouldContain("cannot be reached: Connection refused");
    }

    private string WriteEverything()
    {
        using var certificate = TestCertificates.Cluster();
        using var authority = TestAuthority.Create();
        return Command.Write("kong.yaml", Everything.Replace("{ca}", Indented(authority.Certificate.ExportCertificatePem()), StringComparison.Ordinal).Replace("{cert}", Indented(certificate.ExportCertificatePem()), StringComparison.Ordinal)
            .Replace("{key}", Indented(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal));
    }

    private static string Indented(string text) => string.Join('\n', text.Split('\n').Select(l => $"      {l}"));

    /// <summary>An Admin API without <c>/batch</c> that asks for a token, in front of the real one.</summary>
    private async Task<WebApplication> WithoutBatchesAsync(int stopAfter = int.MaxValue)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{FreePort.Next()}");
        var client = new HttpClient { BaseAddress = new Uri(Url) };
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
