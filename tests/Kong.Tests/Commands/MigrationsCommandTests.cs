using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Commands;

public sealed class MigrationsCommandTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly TestCommand _command = new();

    [Fact]
    public async Task Verbs_OverTheLifeOfADatabase_TellItsState()
    {
        await UseNewDatabaseAsync();
        _command.Environment["KONG_PASSWORD"] = "correct horse battery staple";

        (await _command.RunAsync("migrations", "list")).ExitCode.ShouldBe(3);
        (await _command.RunAsync("migrations", "up")).Error.ShouldStartWith("Error: Cannot run migrations: Database needs bootstrapping");
        (await _command.RunAsync("start", "-p", _command.Folder)).Error.ShouldStartWith("Error: Database needs bootstrapping");

        var bootstrap = await _command.RunAsync("migrations", "bootstrap");
        bootstrap.ExitCode.ShouldBe(0, bootstrap.Error);
        bootstrap.Out.ShouldStartWith("Bootstrapping database...\n");
        bootstrap.Out.ShouldNotContain("horse");

        (await _command.RunAsync("migrations", "bootstrap")).Out.ShouldStartWith("Database already bootstrapped\n");
        (await _command.RunAsync("migrations", "list")).ExitCode.ShouldBe(0);
        (await _command.RunAsync("migrations", "up")).Out.ShouldBe("Database is already up-to-date\n");
        (await _command.RunAsync("migrations", "up", "-q")).Out.ShouldBe("");
        (await _command.RunAsync("migrations", "finish")).Out.ShouldBe("No pending migrations to finish\n");
        JsonNode.Parse((await _command.RunAsync("migrations", "status")).Out)!["needs_bootstrap"]!.GetValue<bool>().ShouldBeFalse();

        (await _command.RunAsync("migrations", "reset", "--yes")).Out.ShouldBe("Resetting database...\nDatabase successfully reset\n");
        (await _command.RunAsync("migrations", "reset", "-y")).ShouldBe((1, "Database not bootstrapped, nothing to reset\n", ""));
    }

    [Fact]
    public async Task Verbs_OfManyNodesAtOnce_DoNotInterleave()
    {
        await UseNewDatabaseAsync();
        var processes = Enumerable.Range(0, 6).Select(i => GatewayProcess.RunKongAsync(["migrations", i % 2 is 0 ? "bootstrap" : "up"], _command.Environment)).ToList();

        var outcomes = await Task.WhenAll(processes);

        // One of them made the tables; an 'up' that came before it says what is missing, and nobody trips over another's half-made schema.
        outcomes.Where((_, i) => i % 2 is 0).ShouldAllBe(o => o.ExitCode == 0);
        outcomes.Count(o => o.Output.StartsWith("Bootstrapping database...", StringComparison.Ordinal)).ShouldBe(1);
        outcomes.Count(o => o.Output.StartsWith("Database already bootstrapped", StringComparison.Ordinal)).ShouldBe(2);
        outcomes.Where((_, i) => i % 2 is 1).ShouldAllBe(o => o.Output.StartsWith("Database is already up-to-date", StringComparison.Ordinal)
            || o.Output.StartsWith("Error: Cannot run migrations: Database needs bootstrapping", StringComparison.Ordinal));
        (await _command.RunAsync("migrations", "list")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Start_WithAPluginInUseThatIsNotEnabled_IsRefused()
    {
        await UseNewDatabaseAsync();
        (await _command.RunAsync("migrations", "bootstrap")).ExitCode.ShouldBe(0);
        var file = _command.Write("kong.yml", "_format_version: '3.0'\nplugins: [{name: cors}, {name: key-auth}]\n");
        (await _command.RunAsync("config", "db_import", file)).ExitCode.ShouldBe(0);

        _command.Environment["KONG_PLUGINS"] = "key-auth";
        (await _command.RunAsync("start", "-p", _command.Folder)).Error.ShouldStartWith("Error: cors plugin is in use but not enabled\n");
        (await _command.RunAsync("config", "parse", file)).Error.ShouldContain("plugin 'cors' not enabled; add it to the 'plugins' configuration property");
    }

    [Fact]
    public async Task Start_WithoutAServer_NamesTheDatabase()
    {
        var port = FreePort.Next();
        _command.Environment["KONG_PG_PORT"] = $"{port}";
        var (code, _, error) = await _command.RunAsync("start", "-p", _command.Folder);
        code.ShouldBe(1);
        error.ShouldStartWith($"Error: [PostgreSQL error] database 'kong' at 127.0.0.1:{port} cannot be reached: ");
        error.ShouldContain("Connection refused");
    }

    public void Dispose() => _command.Dispose();

    private async Task UseNewDatabaseAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        _command.Environment["KONG_PG_HOST"] = database.Host;
        _command.Environment["KONG_PG_PORT"] = $"{database.Port}";
        _command.Environment["KONG_PG_USER"] = database.User;
        _command.Environment["KONG_PG_DATABASE"] = database.Name;
    }
}
