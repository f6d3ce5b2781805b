namespace Gateway.Kong.Tests.Commands;

public sealed class KongCommandTests : IDisposable
{
    private readonly TestCommand _command = new();

    [Theory]
    [InlineData("stop")]
    [InlineData("quit")]
    [InlineData("reload")]
    public async Task Signal_ToANodeThatDoesNotRun_Fails(string verb)
    {
        var (code, _, error) = await _command.RunAsync(verb, "-p", _command.Folder);
        code.ShouldBe(1);
        error.ShouldStartWith($"Error: nginx not running in prefix: {_command.Folder}\n");
    }

    [Fact]
    public async Task Health_OfANodeThatDoesNotRun_Fails()
    {
        var (code, _, error) = await _command.RunAsync("health", "-p", _command.Folder);
        code.ShouldBe(1);
        error.ShouldStartWith($"Error: Kong is not running at {_command.Folder}\n");
    }

    [Fact]
    public async Task Start_WithErrors_TellsThemAll()
    {
        _command.Environment["KONG_ROLE"] = "data_plane";
        var (code, _, error) = await _command.RunAsync("start", "-p", _command.Folder);
        code.ShouldBe(1);
        error.ShouldBe("Error: cluster certificate and key must be provided to use Hybrid mode\n"
            + "only in-memory storage can be used when role = \"data_plane\"\nHint: set database = off in your kong.conf\n\n"
            + "  Run with --v (verbose) or --vv (debug) for more details\n");
    }

    [Fact]
    public async Task Help_OfEveryCommand_IsThere()
    {
        string[][] commands = [[], ["start"], ["migrations"], ["migrations", "bootstrap"], ["hybrid", "gen_cert"], ["quit"], ["check"]];
        foreach (var words in commands)
        {
            var (code, output, _) = await _command.RunAsync([.. words, "--help"]);
            code.ShouldBe(0);
            output.ShouldContain("Usage:");
        }
    }

    [Fact]
    public async Task Migrations_WithoutDatabase_Fail()
    {
        _command.Environment["KONG_DATABASE"] = "off";
        var (code, _, error) = await _command.RunAsync("migrations", "up");
        code.ShouldBe(1);
        error.ShouldStartWith("Error: Cannot run migrations");
    }

    [Fact]
    public async Task Check_Everything_HidesSecrets()
    {
        _command.Environment["KONG_PG_PASSWORD"] = "s3cret";
        var (code, output, _) = await _command.RunAsync("check", _command.Write("kong.conf", ""), "--vv");
        code.ShouldBe(0);
        output.ShouldContain("pg_password = ******");
        output.ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task Roar_Roars()
    {
        var (code, output, error) = await _command.RunAsync("roar");
        (code, error).ShouldBe((0, ""));
        output.ShouldStartWith("Kong, Monolith destroyer.\n");
    }

    public void Dispose() => _command.Dispose();
}
