using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Commands;

/// <summary>Compares with what Kong's own command printed and returned; see <c>kong/cases/cli</c> in the shared folder.</summary>
public sealed partial class RecordedCommandTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const string Recorded = "/usr/local/kong/file";

    // What is different on purpose: docs/decisions/0022-command-differences.md says why. A word stands for all cases that have it.
    private static readonly string[] _decided =
    [
        "--help", "kong version -a", "kong roar", "kong migrations list", "kong migrations status", "cat ", "kong reload -p", "KONG_PG_PORT=abc", "KONG_PROXY_LISTEN=bad",
    ];

    // What needs a running node is in NodeProcessTests.
    private static readonly string[] _ofANode = ["kong health -p /usr", "Kong is already running"];

    private readonly TestCommand _command = new();

    [SharedFact]
    public async Task Cases_ThatAreNotDecidedOtherwise_AnswerAsRecorded()
    {
        var database = await postgres.CreateDatabaseAsync();
        var settings = new Dictionary<string, string>
        {
            ["KONG_PG_HOST"] = database.Host, ["KONG_PG_PORT"] = $"{database.Port}", ["KONG_PG_USER"] = database.User, ["KONG_PG_DATABASE"] = database.Name, ["KONG_PREFIX"] = _command.PathOf("prefix"),
        };
        await RunAsync(settings, "migrations", "bootstrap", "-q");
        var compared = 0;
        var differences = new List<string>();
        foreach (var recorded in File.ReadLines(SharedFolder.PathOf("kong", "cases", "cli", "commands.jsonl")!).Select(l => JsonSerializer.Deserialize<Case>(l, JsonSerializerOptions.Web)!))
        {
            if (_decided.Any(s => recorded.Cmd.Contains(s, StringComparison.Ordinal)) || _ofANode.Any(s => (recorded.Cmd + recorded.Stderr).Contains(s, StringComparison.Ordinal)))
            {
                continue;
            }

            compared++;
            if (await CompareAsync(recorded, settings) is { } difference)
            {
                differences.Add(difference);
            }
        }

        differences.ShouldBeEmpty();
        compared.ShouldBeGreaterThan(35);
    }

    public void Dispose() => _command.Dispose();

    private async Task<string?> CompareAsync(Case recorded, Dictionary<string, string> settings)
    {
        var environment = new Dictionary<string, string>(settings);
        var words = recorded.Cmd.Split(' ').ToList();
        if (words is ["rm", ..])
        {
            File.Delete(_command.PathOf("file"));
            words = [.. words.SkipWhile(w => w != "kong")];
        }

        while (words[0] != "kong")
        {
            environment[words[0].Split('=')[0]] = words[0].Split('=')[1];
            words.RemoveAt(0);
        }

        Prepare(recorded, words);
        var outputs = words.Contains("gen_cert") ? new Queue<string>(["out.crt", "out.key"]) : null;
        var arguments = words.Skip(1).Select((word, i) => word != Recorded ? word
            : _command.PathOf(outputs?.Dequeue() ?? (words[1] is "config" && words[i] is not "-c" ? "file" : "conf"))).ToArray();
        var (code, output, error) = await RunAsync(environment, arguments);
        var (expected, actual) = ((recorded.Exit, Plain(recorded.Stdout), Plain(recorded.Stderr)), (code, Plain(output), Plain(error)));
        return expected == actual ? null : $"{recorded.Cmd}\n  expected {expected}\n  was      {actual}";
    }

    /// <summary>The record does not show what stood in its files; what was printed tells.</summary>
    private void Prepare(Case recorded, List<string> words)
    {
        _command.Write("conf", recorded.Stderr.Contains("'bogus' (postgres", StringComparison.Ordinal) ? "database = bogus\n" : "");
        if (words is ["kong", "config", "parse" or "db_import", Recorded, ..])
        {
            _command.Write("file", recorded.Exit is 0
                ? "_format_version: '3.0'\nservices: [{name: a, host: a.test}]\n"
                : "_format_version: '3.0'\nservices: [{name: a}]\n");
        }

        if ((words.Contains("init") || words.Contains("db_export")) && recorded.Exit is 0)
        {
            File.Delete(_command.PathOf("file"));
        }

        if (words.Contains("gen_cert") && recorded.Exit is 0)
        {
            File.Delete(_command.PathOf("out.crt"));
            File.Delete(_command.PathOf("out.key"));
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        using var command = new TestCommand();
        foreach (var (name, value) in environment)
        {
            command.Environment[name] = value;
        }

        return await command.RunAsync(arguments);
    }

    private static string Plain(string text) => Usages().Replace(Times().Replace(Files().Replace(text, "FILE"), "TIME").Replace("3.9.3", "3.10.0", StringComparison.Ordinal), "Usage");

    [GeneratedRegex(@"/usr/local/kong/file|/tmp/kong-tests-[^/']*/(file|conf|out\.crt|out\.key)")]
    private static partial Regex Files();

    [GeneratedRegex(@"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d")]
    private static partial Regex Times();

    // The list of commands differs; that there is one does not.
    [GeneratedRegex(@"Usage: [\s\S]*")]
    private static partial Regex Usages();

    private sealed record Case(string Cmd, int Exit, string Stdout, string Stderr);
}
