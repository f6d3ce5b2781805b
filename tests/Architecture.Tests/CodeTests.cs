using System.Text.RegularExpressions;

namespace Gateway.Architecture.Tests;

/// <summary>What no file may hold.</summary>
public sealed partial class CodeTests
{
    private const int Ceiling = 400;

    // Who waits for time to pass, and why nothing else would do.
    private static readonly Dictionary<string, string> _mayWait = new()
    {
        ["tests/Testing/Wait.cs"] = "it is the one place that polls, for conditions that send no event",
        ["tests/DataPlane.Tests/Config/CrashTests.cs"] = "the random moment of the kill is what it tests",
    };

    // Who names a plugin outside of its folder, and why.
    private static readonly Dictionary<string, string> _mayName = new()
    {
        ["src/Sync/OlderPlanes/VersionSteps.cs"] = "which version brought which field of a plugin, for data planes that are older",
        ["src/Sync/OlderPlanes/PluginChanges.cs"] = "how a plugin's fields looked in older versions, for data planes that are older",
        ["src/Sync/Compatibility.cs"] = "a plugin whose versions fit each other although their numbers differ",
        ["src/ControlPlane/Store/Behaviours/WorkspaceBehaviour.cs"] = "first segments of paths, which no workspace may be named like",
        ["src/ControlPlane/Store/DatabaseCounters.cs"] = "the table of counters, which is called as Kong's is",
        ["src/Kong/Settings/SettingCatalog.General.cs"] = "options of Kong's that begin with a plugin's name",
        ["src/Plugins/Common/SharedDictionaries.cs"] = "names of memory that Kong has",
        ["src/DataPlane/Streams/SessionEntries.cs"] = "a field of log entries that is called like a plugin",
        ["src/Plugins/Common/LogFacts.cs"] = "the same field",
        ["src/Manager/Catalog/EntityKinds.cs"] = "how a consumer's keys are titled and listed; the form itself comes from /schemas",
        ["src/Manager/Forms/FieldWords.cs"] = "hints beside two fields of a key, for people; a form without them works too",
    };

    // Plugins that are called like a format of trace contexts, which other plugins know too.
    private static readonly string[] _formats = ["Datadog"];

    [Fact]
    public void Files_InSrc_StayBelowTheCeiling() => Repository.In("src/", ".cs", ".razor", ".js", ".css")
        .Where(f => !f.Contains("/Migrations/", StringComparison.Ordinal))
        .Select(f => (File: f, Lines: Repository.Text(f).Split('\n').Length))
        .Where(f => f.Lines > Ceiling + 1).Select(f => $"{f.File}: {f.Lines} lines").ShouldBeEmpty();

    [Fact]
    public void Logs_InSrc_AreDeclaredAndNotWrittenDirectly() => Lines(Repository.In("src/", ".cs", ".razor"), DirectLog()).ShouldBeEmpty();

    [Fact]
    public void Tests_WaitForEvents_NotForTime() =>
        Lines(Repository.In("tests/", ".cs").Concat(Repository.In("e2e/", ".cs")).Concat(Repository.In("src/Plugins/", ".cs").Where(f => f.Contains("/Tests/", StringComparison.Ordinal)))
            .Where(f => !_mayWait.ContainsKey(f)), Sleep()).ShouldBeEmpty();

    [Fact]
    public void Plugins_OutsideTheirFolder_AreNotNamed()
    {
        var plugins = Repository.In("src/Plugins/", ".cs").Select(f => f.Split('/')).Where(p => p.Length > 3 && p[3] == p[2] + "Plugin.cs")
            .Select(p => p[2]).Except(_formats).ToArray();
        plugins.ShouldNotBeEmpty();
        var found = new List<string>();
        foreach (var plugin in plugins)
        {
            var wire = Hump().Replace(plugin, "-$1").ToLowerInvariant();
            var names = new Regex($@"""{Regex.Escape(wire)}""|\bGateway\.Plugins\.{plugin}\b|\b{plugin}(Plugin|Config|Credential)\b|""{wire.Replace("-", string.Empty, StringComparison.Ordinal)}_");
            var others = Repository.In("src/", ".cs", ".razor", ".json", ".js").Where(f =>
                !f.StartsWith($"src/Plugins/{plugin}/", StringComparison.Ordinal) && !f.Contains("/Migrations/", StringComparison.Ordinal) && !_mayName.ContainsKey(f));
            found.AddRange(Lines(others, names));
        }

        found.ShouldBeEmpty();
    }

    [Fact]
    public void Exceptions_Listed_AreStillNeeded()
    {
        _mayWait.Keys.Concat(_mayName.Keys).Where(f => !Repository.Files.Contains(f)).ShouldBeEmpty();
        _mayWait.Keys.Where(f => !Lines([f], Sleep()).Any()).ShouldBeEmpty();
    }

    private static IEnumerable<string> Lines(IEnumerable<string> files, Regex what) =>
        files.SelectMany(f => Repository.Code(f).Where(l => what.IsMatch(l.Code)).Select(l => $"{f}:{l.Number} {l.Code.Trim()}"));

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(")]
    private static partial Regex DirectLog();

    // An endless delay waits for its cancellation, which is an event.
    [GeneratedRegex(@"\bThread\.Sleep\(|\bTask\.Delay\((?!Timeout\.Infinite)")]
    private static partial Regex Sleep();

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex Hump();
}
