using Gateway.Kong.Commands;

namespace Gateway.Kong.Tests;

/// <summary>Runs command lines inside the test's process.</summary>
internal sealed class TestCommand : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("kong-tests-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public async Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await KongCommand.RunAsync(arguments, new CommandContext(output, error, Environment, TimeProvider.System));
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
