using System.Xml.Linq;
using Gateway.Testing;

namespace Gateway.Architecture.Tests;

/// <summary>Which project may know which, and who may use a library that belongs to one of them.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["Schema"] = [],
        ["Hosting"] = [],
        ["Entities"] = ["Schema"],
        ["Sync"] = ["Entities"],
        ["PluginSdk"] = ["Entities"],
        ["Plugins"] = ["PluginSdk"],
        ["ControlPlane"] = ["Hosting", "Sync", "Plugins"],
        ["DataPlane"] = ["Hosting", "Sync", "Plugins"],
        ["Manager"] = ["Hosting", "Schema"],
        ["Kong"] = ["ControlPlane", "DataPlane", "Manager"],
    };

    // Who may use a library, by the beginning of its package's or namespace's name.
    private static readonly Dictionary<string, string> _owners = new()
    {
        ["Yarp."] = "DataPlane",
        ["Microsoft.EntityFrameworkCore"] = "ControlPlane",
        ["Npgsql.EntityFrameworkCore"] = "ControlPlane",
        ["Radzen."] = "Manager",
        ["StackExchange."] = "Plugins",
    };

    public static TheoryData<string> Projects() => [.. Repository.In("src/", ".csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_PointUpwardOnly(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        _allowed.ShouldContainKey(name, $"{file} is new: give it a place in docs/architecture.md and here");
        Included(file, "ProjectReference").Select(Path.GetFileNameWithoutExtension).ShouldBeSubsetOf(_allowed[name]);
    }

    [Fact]
    public void Projects_Listed_Exist() => Repository.In("src/", ".csproj").Select(Path.GetFileNameWithoutExtension).ShouldBe(_allowed.Keys, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Packages_BelongToIt(string file) =>
        Included(file, "PackageReference").Where(p => Foreign(p, Path.GetFileNameWithoutExtension(file))).ShouldBeEmpty();

    [Fact]
    public void Code_UsesLibraries_OnlyWhereTheyBelong()
    {
        var found = new List<string>();
        foreach (var file in Repository.In("src/", ".cs", ".razor"))
        {
            var project = file.Split('/')[1];
            found.AddRange(Repository.Code(file).Where(l => l.Code.Contains("using ", StringComparison.Ordinal)
                && _owners.Any(o => o.Value != project && l.Code.Contains($"using {o.Key}", StringComparison.Ordinal))).Select(l => $"{file}:{l.Number} {l.Code}"));
            if (!file.StartsWith("src/DataPlane/Config/", StringComparison.Ordinal))
            {
                found.AddRange(Repository.Code(file).Where(l => l.Code.Contains("Config.Lmdb", StringComparison.Ordinal) || l.Code.Contains("\"liblmdb", StringComparison.Ordinal))
                    .Select(l => $"{file}:{l.Number} {l.Code}"));
            }
        }

        found.ShouldBeEmpty();
    }

    [Fact]
    public void Packages_Versions_ArePinnedInOnePlace() => Repository.In(string.Empty, ".csproj")
        .Where(f => XDocument.Load(RepositoryFolder.PathOf(f)).Descendants("PackageReference").Any(r => r.Attribute("Version") is not null)).ShouldBeEmpty();

    private static bool Foreign(string package, string project) =>
        _owners.Any(o => package.StartsWith(o.Key, StringComparison.Ordinal) && o.Value != project);

    private static IEnumerable<string> Included(string file, string element) => XDocument.Load(RepositoryFolder.PathOf(file)).Descendants(element)
        .Select(r => r.Attribute("Include")?.Value.Replace('\\', '/')).OfType<string>();
}
