using System.Text;
using Gateway.ControlPlane.Store;
using Gateway.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.ControlPlane.Tests.Store;

public sealed class MigrationRunnerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private readonly StringBuilder _output = new();

    [Fact]
    public void Model_AgainstTheMigrations_HasNothingPending()
    {
        using var context = new DesignTimeContextFactory().CreateDbContext([]);

        context.Database.HasPendingModelChanges().ShouldBeFalse("run 'dotnet ef migrations add <Name> --project src/ControlPlane -o Store/Migrations'");
    }

    [Fact]
    public async Task Bootstrap_NewDatabase_MakesWorkspaceAndSuperAdmin()
    {
        await using var runner = await RunnerAsync();
        (await runner.StateAsync(default)).ShouldBe(MigrationState.NeedsBootstrap);
        (await runner.ListAsync(default)).ExitCode.ShouldBe(3);
        (await runner.UpAsync(default)).Error.ShouldNotBeNull().ShouldContain("Database needs bootstrapping");

        (await runner.BootstrapAsync("secret", force: false, default)).ShouldBe(MigrationOutcome.Done);

        _output.ToString().ShouldContain("Bootstrapping database...");
        _output.ToString().ShouldContain("Database is up-to-date");
        _output.ToString().ShouldContain("'kong_admin' created");
        _output.ToString().ShouldNotContain("secret");
        (await runner.StateAsync(default)).ShouldBe(MigrationState.UpToDate);
        (await runner.ListAsync(default)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Verbs_OnAMigratedDatabase_SayThatThereIsNothingToDo()
    {
        await using var runner = await RunnerAsync();
        await runner.BootstrapAsync(null, force: false, default);
        _output.Clear();

        await runner.BootstrapAsync(null, force: false, default);
        await runner.UpAsync(default);
        await runner.FinishAsync(default);
        await runner.StatusAsync(default);

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[..3].ShouldBe(["Database already bootstrapped", "Database is already up-to-date", "No pending migrations to finish"]);
        lines[3].ShouldContain("\"needs_bootstrap\":false");
    }

    [Fact]
    public async Task Reset_ThenBootstrap_StartsOver()
    {
        await using var runner = await RunnerAsync();
        (await runner.ResetAsync(default)).ExitCode.ShouldBe(1);
        await runner.BootstrapAsync(null, force: false, default);

        (await runner.ResetAsync(default)).ShouldBe(MigrationOutcome.Done);
        (await runner.StateAsync(default)).ShouldBe(MigrationState.NeedsBootstrap);
        (await runner.BootstrapAsync(null, force: false, default)).ShouldBe(MigrationOutcome.Done);
    }

    [Fact]
    public async Task Bootstrap_ByFourNodesAtOnce_HappensOnce()
    {
        var database = await postgres.CreateDatabaseAsync();

        var outputs = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var output = new StringWriter();
            await using var runner = MigrationRunner.Create(database.ConnectionString, output);
            (await runner.BootstrapAsync("secret", force: false, default)).ShouldBe(MigrationOutcome.Done);
            return output.ToString();
        }));

        outputs.Count(o => o.Contains("Bootstrapping database...", StringComparison.Ordinal)).ShouldBe(1);
        outputs.Count(o => o.Contains("Database already bootstrapped", StringComparison.Ordinal)).ShouldBe(3);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        (await source.CreateCommand("SELECT count(*) FROM workspaces").ExecuteScalarAsync()).ShouldBe(1L);
        (await source.CreateCommand("SELECT count(*) FROM admins").ExecuteScalarAsync()).ShouldBe(1L);
    }

    [Fact]
    public async Task Verb_WithoutAServer_FailsWithASentence()
    {
        await using var runner = MigrationRunner.Create($"Host=127.0.0.1;Port={FreePort.Next()};Username=kong;Database=kong", new StringWriter(_output));

        var outcome = await runner.UpAsync(default);

        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldNotBeNull().ShouldStartWith("[PostgreSQL error]");
    }

    private async Task<MigrationRunner> RunnerAsync() => MigrationRunner.Create((await postgres.CreateDatabaseAsync()).ConnectionString, new StringWriter(_output));
}
