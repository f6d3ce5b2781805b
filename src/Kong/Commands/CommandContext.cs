using System.Collections;
using System.Globalization;
using Gateway.Kong.Node;
using Gateway.Kong.Settings;

namespace Gateway.Kong.Commands;

/// <summary>What a command sees of the process that runs it.</summary>
internal sealed record CommandContext(TextWriter Out, TextWriter Error, IReadOnlyDictionary<string, string> Environment, TimeProvider Time)
{
    /// <summary>The context of this process.</summary>
    public static CommandContext OfProcess() => new(
        Console.Out,
        Console.Error,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? ""),
        TimeProvider.System);

    /// <summary>The administrator's password, from <c>KONG_PASSWORD</c> or the file that <c>KONG_PASSWORD_FILE</c> names, or null.</summary>
    public string? Password => VariableFiles.Expand(Environment, []).GetValueOrDefault("KONG_PASSWORD");

    /// <summary>Reports a failure as Kong does; the exit code is 1.</summary>
    public int Fail(string message)
    {
        Error.WriteLine($"Error: {message}\n\n  Run with --v (verbose) or --vv (debug) for more details");
        return 1;
    }

    /// <summary>Reports several failures at once.</summary>
    public int Fail(IReadOnlyList<string> messages) => Fail(string.Join('\n', messages));

    /// <summary>Writes a line in the form of a log.</summary>
    public void Log(string level, string message) =>
        Error.WriteLine($"{Time.GetLocalNow().ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture)} [{level}] {message}");

    /// <summary>Reads the settings of the node that the command is about.</summary>
    public SettingsResult ReadSettings(string? file, string? prefix)
    {
        var overrides = prefix is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["prefix"] = prefix };
        return SettingsReader.Read(new SettingsSources(overrides, Environment, file));
    }

    /// <summary>Reads the settings for a command that works beside a running node: what that was started with holds where neither the file nor the environment says otherwise.</summary>
    public SettingsResult ReadBeside(string? file, string? prefix)
    {
        var read = ReadSettings(file, prefix);
        var node = new NodePrefix(PrefixOf(prefix ?? read.Given.GetValueOrDefault("prefix")));
        if (node.RunningProcess() is null)
        {
            return read;
        }

        var (stored, storedFile) = StoredSettings.Read(node.Path);
        return SettingsReader.Read(new SettingsSources(
            new Dictionary<string, string> { ["prefix"] = node.Path }, Environment, file ?? (File.Exists(storedFile) ? storedFile : null)) { Base = stored });
    }

    /// <summary>Reads what a running node was started with, or was told since.</summary>
    /// <param name="prefix">The node's prefix.</param>
    public SettingsResult ReadStored(string prefix)
    {
        // The variables of the process are merged in already; only what references lead to is still looked up there.
        var environment = Environment.Where(v => !SettingsReader.IsOption(v.Key)).ToDictionary();
        return SettingsReader.Read(new SettingsSources(new Dictionary<string, string> { ["prefix"] = prefix }, environment, File.Exists(StoredSettings.PathIn(prefix)) ? StoredSettings.PathIn(prefix) : null));
    }

    /// <summary>The prefix for commands that only need to find a running node, whatever else the settings say.</summary>
    public string PrefixOf(string? given)
    {
        var prefix = given ?? Environment.GetValueOrDefault("KONG_PREFIX");
        if (prefix is null && SettingsFile.DefaultPaths.FirstOrDefault(File.Exists) is { } file)
        {
            prefix = SettingsFile.Parse(File.ReadAllText(file)).GetValueOrDefault("prefix");
        }

        prefix = string.IsNullOrWhiteSpace(prefix) ? SettingCatalog.Find("prefix")!.Default! : prefix;
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(prefix));
    }
}
