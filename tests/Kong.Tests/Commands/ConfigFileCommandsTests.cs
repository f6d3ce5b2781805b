using System.Security.Cryptography.X509Certificates;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Commands;

/// <summary>Declarative files and a real database; the words are those that a running Kong said (<c>kong/cases/cli</c> in the shared folder).</summary>
public sealed class ConfigFileCommandsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const string Hint = "\n\n  Run with --v (verbose) or --vv (debug) for more details\n";
    private readonly TestCommand _command = new();

    public void Dispose() => _command.Dispose();

    [Fact]
    public async Task Parse_SaysEverythingThatIsWrong()
    {
        var good = _command.Write("good.yml", "_format_version: \"3.0\"\nservices:\n- {name: s, url: \"http://s.test\"}\n");
        (await _command.RunAsync("config", "parse", good)).ShouldBe((0, "parse successful\n", ""));

        var bad = _command.Write("bad.yaml", "_format_version: \"3.0\"\nservices:\n- name: s\n");
        (await _command.RunAsync("config", "parse", bad)).ShouldBe(
            (1, "", $"Error: Failed parsing:\nin 'services':\n  - in entry 1 of 'services':\n    in 'host': required field missing{Hint}"));

        (await _command.RunAsync("config", "parse", "/nope.yml")).ShouldBe((1, "", $"Error: Failed parsing:\n/nope.yml: No such file or directory{Hint}"));
        (await _command.RunAsync("config", "parse")).ShouldBe((1, "", $"Error: expected a declarative configuration file; see `kong config --help`{Hint}"));
        (await _command.RunAsync("config", "parse", _command.Write("bad.json", "{"))).Error.ShouldStartWith("Error: Failed parsing:\nfailed parsing declarative configuration: ");
        (await _command.RunAsync("config", "parse", _command.Write("kong.toml", "{}"))).Error.ShouldContain("(Accepted types: json, yaml)");
        (await _command.RunAsync("config", "bogus")).Error.ShouldStartWith("No such command for config: bogus\n\nUsage: kong config COMMAND [OPTIONS]");
    }

    [Fact]
    public async Task Init_WritesAnExampleThatParses_AndOverwritesNothing()
    {
        var file = _command.PathOf("kong.yml");
        (await _command.RunAsync("config", "init", file)).ShouldBe((0, "", ""));
        (await _command.RunAsync("config", "parse", file)).ShouldBe((0, "parse successful\n", ""));
        (await _command.RunAsync("config", "init", file)).ShouldBe((1, "", $"Error: {file} already exists.\nWill not overwrite it.{Hint}"));
    }

    [Fact]
    public async Task WithoutADatabase_ImportAndExportSayWhatToDo()
    {
        _command.Environment["KONG_DATABASE"] = "off";
        (await _command.RunAsync("config", "db_import", "x.yml")).Error.ShouldStartWith("Error: 'kong config db_import' only works with a database.\n");
        (await _command.RunAsync("config", "db_export")).ShouldBe((1, "", $"Error: 'kong config db_export' only works with a database.{Hint}"));
    }

    [Fact]
    public async Task ExportImportExport_IsTheSameText()
    {
        await UseNewDatabaseAsync();
        var example = _command.PathOf("example.yml");
        await _command.RunAsync("config", "init", example);
        (await _command.RunAsync("config", "db_import", example)).ShouldBe((0, "parse successful, beginning import\nimport successful\n", ""));
        using var certificate = TestCertificates.Cluster();
        using var key = certificate.GetECDsaPrivateKey()!;
        var more = _command.Write("more.yml", $$"""
            _format_version: "3.0"
            certificates:
            - cert: |
            {{Indented(certificate.ExportCertificatePem())}}
              key: |
            {{Indented(key.ExportPkcs8PrivateKeyPem())}}
              snis: [{name: a.test}, {name: "*.b.test"}]
            """);
        (await _command.RunAsync("config", "db_import", more)).Error.ShouldBe("");
        more = _command.Write("others.yml", """
            _format_version: "3.0"
            consumers:
            - {username: "0123", custom_id: "yes", tags: [a b, "#x", "null", 'quo"te', "ü"]}
            - {username: bob, basicauth_credentials: [{username: b, password: secret}], acls: [{group: g}]}
            consumer_groups: [{name: gold}]
            consumer_group_consumers: [{consumer: bob, consumer_group: gold}]
            services: [{name: disabled, host: off.test, enabled: false}]
            """);
        (await _command.RunAsync("config", "db_import", more)).Error.ShouldBe("");

        more = _command.Write("team.yml", """
            _format_version: "3.0"
            workspaces: [{name: team, id: 00000000-0000-4000-8000-000000000077}]
            services: [{name: disabled, id: 00000000-0000-4000-8000-000000000078, host: other.test, ws_id: 00000000-0000-4000-8000-000000000077}]
            consumers: [{username: bob, id: 00000000-0000-4000-8000-000000000079, ws_id: 00000000-0000-4000-8000-000000000077, keyauth_credentials: [{key: team-key, ws_id: 00000000-0000-4000-8000-000000000077}]}]
            licenses: [{payload: "{}"}]
            """);
        (await _command.RunAsync("config", "db_import", more)).Error.ShouldBe("");
        (await _command.RunAsync("config", "db_import", _command.Write("nowhere.yml", "_format_version: \"3.0\"\nservices: [{host: h, ws_id: 00000000-0000-4000-8000-000000000070}]\n"))).Error
            .ShouldContain("services: the workspace '00000000-0000-4000-8000-000000000070' is neither in the file nor in the database");

        var first = await ExportAsync("first.yml");
        first.ShouldContain("ws_id: 00000000-0000-4000-8000-000000000077");
        first.ShouldStartWith("_format_version: '3.0'\n_transform: false\n");
        first.ShouldContain("username: '0123'");
        first.ShouldNotContain("secret");

        // Into the database that it came from, and into an empty one.
        (await _command.RunAsync("config", "db_import", _command.PathOf("first.yml"))).Error.ShouldBe("");
        (await ExportAsync("second.yml")).ShouldBe(first);
        await UseNewDatabaseAsync();
        (await _command.RunAsync("config", "db_import", _command.PathOf("first.yml"))).Error.ShouldBe("");
        (await ExportAsync("third.yml")).ShouldBe(first);

        (await _command.RunAsync("config", "db_export", _command.PathOf("first.yml"))).ShouldBe((1, "", $"Error: {_command.PathOf("first.yml")} already exists. Will not overwrite it.{Hint}"));
    }

    [Fact]
    public async Task Import_OfWhatTheDatabaseRefuses_WritesNothing()
    {
        await UseNewDatabaseAsync();
        (await _command.RunAsync("config", "db_import", _command.Write("one.yml", "_format_version: \"3.0\"\nservices:\n- {name: taken, host: h.test}\n"))).ExitCode.ShouldBe(0);
        var before = await ExportAsync("before.yml");

        var clash = _command.Write("clash.yml", """
            _format_version: "3.0"
            consumers:
            - username: new
            services:
            - {name: free, host: h.test}
            - {name: taken, host: h.test, id: 00000000-0000-4000-8000-000000000001}
            """);
        (await _command.RunAsync("config", "db_import", clash)).ShouldBe(
            (1, "parse successful, beginning import\n", $"Error: Failed importing:\nservices: UNIQUE violation detected on '{{name=\"taken\"}}'{Hint}"));
        (await ExportAsync("after.yml")).ShouldBe(before);
    }

    private async Task<string> ExportAsync(string name)
    {
        (await _command.RunAsync("config", "db_export", _command.PathOf(name))).ShouldBe((0, "", ""));
        return await File.ReadAllTextAsync(_command.PathOf(name));
    }

    private static string Indented(string pem) => string.Join('\n', pem.Split('\n').Select(l => "    " + l));

    private async Task UseNewDatabaseAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        _command.Environment["KONG_PG_HOST"] = database.Host;
        _command.Environment["KONG_PG_PORT"] = $"{database.Port}";
        _command.Environment["KONG_PG_USER"] = database.User;
        _command.Environment["KONG_PG_DATABASE"] = database.Name;
        (await _command.RunAsync("migrations", "bootstrap", "-q")).ExitCode.ShouldBe(0);
    }
}
