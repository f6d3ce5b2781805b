using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Commands;

/// <summary>Compares with what Kong's own command printed and returned; see <c>kong/cases/cli</c> in the shared folder.</summary>
public sealed partial class RecordedCommandTests : IDisposable
{
    // Words of a case that are about something else than this command's texts: help is written anew, and a bad number is reported here.
    private static readonly string[] _skipped =
    [
        "--help", "kong help", "version -a", "kong config", "kong drain", "kong roar", "kong migrations", "cat ", "rm ",
        "KONG_PG_PORT=abc", "KONG_PROXY_LISTEN=bad", "kong start", "kong reload", "KONG_PLUGINS",
    ];

    private readonly TestCommand _command = new();

    [SharedFact]
    public async Task Cases_InScope_AnswerAsRecorded()
    {
        var path = SharedFolder.PathOf("kong", "cases", "cli", "commands.jsonl")!;
        var compared = 0;
        var differences = new List<string>();
        foreach (var recorded in File.ReadLines(path).Select(l => JsonSerializer.Deserialize<Case>(l, JsonSerializerOptions.Web)!))
        {
            // Two cases need a file that says something, and which the record does not show.
            var isOfAFile = recorded is { Exit: 1, Cmd: "kong check /usr/local/kong/file" }
                || recorded.Cmd.StartsWith("kong health -p /usr", StringComparison.Ordinal);
            if (isOfAFile || _skipped.Any(s => recorded.Cmd.Contains(s, StringComparison.Ordinal)))
            {
                continue;
            }

            compared++;
            if (await CompareAsync(recorded) is { } difference)
            {
                differences.Add(difference);
            }
        }

        differences.ShouldBeEmpty();
        compared.ShouldBeGreaterThan(15);
    }

    public void Dispose() => _command.Dispose();

    private async Task<string?> CompareAsync(Case recorded)
    {
        using var command = new TestCommand();
        var conf = command.Write("file", "");
        var outputs = new Queue<string>([command.PathOf("out.crt"), command.PathOf("out.key")]);
        var words = recorded.Cmd.Split(' ').ToList();
        while (words[0] != "kong")
        {
            var (name, value) = (words[0].Split('=')[0], words[0].Split('=')[1]);
            command.Environment[name] = value;
            words.RemoveAt(0);
        }

        var isGeneration = words.Contains("gen_cert");
        if (isGeneration && recorded.Exit == 1)
        {
            outputs = new Queue<string>([conf, command.PathOf("out.key")]);
        }

        var arguments = words.Skip(1).Select(w => w != "/usr/local/kong/file" ? w : isGeneration ? outputs.Dequeue() : conf).ToArray();
        var (code, output, error) = await command.RunAsync(arguments);
        var (expected, actual) = ((recorded.Exit, Plain(recorded.Stdout), Plain(recorded.Stderr)), (code, Plain(output), Plain(error)));
        return expected == actual ? null : $"{recorded.Cmd}\n  expected {expected}\n  was      {actual}";

        string Plain(string text) => Usages().Replace(
            Times().Replace(Files().Replace(text, "FILE"), "TIME").Replace("3.9.3", "3.10.0", StringComparison.Ordinal)
                .Replace(command.Folder, "FOLDER", StringComparison.Ordinal), "Usage");
    }

    [GeneratedRegex(@"/usr/local/kong/file|/tmp/kong-tests-[^/']*/(file|out\.crt|out\.key)")]
    private static partial Regex Files();

    [GeneratedRegex(@"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d")]
    private static partial Regex Times();

    // The list of commands differs; that there is one does not.
    [GeneratedRegex(@"Usage: [\s\S]*")]
    private static partial Regex Usages();

    private sealed record Case(string Cmd, int Exit, string Stdout, string Stderr);
}
