using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Configuration;

public sealed class ConfigSyncFilesTests(PostgresFixture postgres) : ConfigSyncScene(postgres), IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("services: [{name: s}]", "in 'services':\n  - in entry 1 of 'services':\n    in 'host': required field missing")]
    [InlineData("services: [{name: s, host: h, colour: red}]", "in 'colour': unknown field")]
    [InlineData("services: {", "failed parsing declarative configuration")]
    public async Task File_ThatIsWrong_SaysWhere(string text, string complaint)
    {
        var (code, _, error) = await Command.RunAsync("config", "diff", Command.Write("w.yaml", $"_format_version: \"3.0\"\n{text}\n"), "--url", Url);

        code.ShouldBe(1);
        error.ShouldContain(complaint);
    }

    [Fact]
    public async Task Files_OfAFolder_AreOneConfiguration_WithWhatTheyShareAndWhatTheEnvironmentSays()
    {
        Directory.CreateDirectory(Command.PathOf("team/more"));
        Command.Write("team/a.yaml", """
            _format_version: "3.0"
            _plugin_configs: {limit: {minute: 3, policy: local}}
            services:
              - name: a
                host: "${{ env "DECK_HOST" }}"
                port: ${{ env "DECK_PORT" | toInt }}
                plugins: [{name: rate-limiting, _config: limit, config: {hour: 9}}]
            """);
        Command.Write("team/more/b.json", """{"_format_version": "3.0", "services": [{"name": "b", "host": "b.test"}], "routes": [{"name": "r", "service": {"name": "a"}, "paths": ["/r"]}]}""");
        Command.Write("team/readme.txt", "not a configuration");
        (Command.Environment["DECK_HOST"], Command.Environment["DECK_PORT"]) = ("hidden.test", "8443");

        await SyncAsync(Url, Command.PathOf("team"));

        var service = await GetAsync("/services/a");
        (service["host"]!.ToString(), service["port"]!.GetValue<int>()).ShouldBe(("hidden.test", 8443));
        var limit = (await GetAsync("/services/a/plugins"))["data"]![0]!["config"]!;
        (limit["minute"]!.GetValue<int>(), limit["hour"]!.GetValue<int>()).ShouldBe((3, 9));
        (await GetAsync("/routes/r"))["service"]!["id"]!.ToString().ShouldBe(service["id"]!.ToString());
        Command.Environment["DECK_HOST"] = "other.test";
        var (code, told) = await DiffAsync(Url, Command.PathOf("team"));
        (code, told).ShouldBe((2, "updating service a\n  - host: \"hidden.test\"\n  + host: \"[masked]\"\nSummary:\n  Created: 0\n  Updated: 1\n  Deleted: 0\n"));
    }

    [Fact]
    public async Task Files_ThatAreWrong_AreAllNamedWithTheirPlaces()
    {
        Directory.CreateDirectory(Command.PathOf("bad"));
        Command.Write("bad/a.yaml", "_format_version: '3.0'\nservices: [{name: a, host: a}]\n");
        Command.Write("bad/b.yaml", "_format_version: '3.0'\nservices: [{name: b, host: b}, {name: c}]\nconsumers: [{custom_id: 1}]\n");
        var (code, _, error) = await Command.RunAsync("config", "diff", Command.PathOf("bad"), "--url", Url);
        code.ShouldBe(1);
        error.ShouldContain($"  - in entry 2 of 'services' in {Command.PathOf("bad/b.yaml")}:\n    in 'host': required field missing");
        error.ShouldContain($"  - in entry 1 of 'consumers' in {Command.PathOf("bad/b.yaml")}:\n    in 'custom_id': expected a string");

        Command.Write("bad/a.yaml", "_format_version: '3.0'\nservices: [{name: '${{ env \"DECK_NO\" }}', host: ${{ env \"HOME\" }}, x: ${{ now }}}]\n");
        Command.Write("bad/b.yaml", "services: {");
        error = (await Command.RunAsync("config", "diff", Command.PathOf("bad"), "--url", Url)).Error;
        error.ShouldContain("a.yaml: line 2: environment variable 'DECK_NO' present in state file but not set");
        error.ShouldContain("a.yaml: line 2: environment variables in the state file must be prefixed with 'DECK_', found: 'HOME'");
        error.ShouldContain("a.yaml: line 2: '${{ now }}' is not of the form ${{ env \"DECK_X\" }}");
        error.ShouldContain("b.yaml: failed parsing declarative configuration");
    }

    [Fact]
    public async Task Changes_AsJson_AreForMachines()
    {
        await SyncAsync(Url, Command.Write("j.yaml", "_format_version: '3.0'\nservices: [{name: s, host: h}]\nconsumers: [{username: bob, keyauth_credentials: [{key: very-secret}]}]\n"));
        var wanted = Command.Write("k.yaml", "_format_version: '3.0'\nservices: [{name: s, host: i}, {name: t, host: h}]\n");

        var (code, output, error) = await Command.RunAsync("config", "diff", "-s", wanted, "--url", Url, "--json-output");

        (code, error).ShouldBe((2, ""));
        output.ShouldNotContain("very-secret");
        var told = JsonNode.Parse(output)!;
        told["summary"]!.ToJsonString().ShouldBe("""{"creating":1,"updating":1,"deleting":2,"total":4}""");
        told["changes"]!["updating"]![0]!["body"]!["old"]!["host"]!.ToString().ShouldBe("h");
        told["changes"]!["updating"]![0]!["body"]!["new"]!["host"]!.ToString().ShouldBe("i");
        told["errors"]!.AsArray().ShouldBeEmpty();
        (await Command.RunAsync("config", "sync", wanted, "--url", Url, "--json-output")).ExitCode.ShouldBe(0);
        (await DiffAsync(Url, wanted)).Code.ShouldBe(0);
    }
}
