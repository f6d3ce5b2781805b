using System.Text.RegularExpressions;

namespace Gateway.Architecture.Tests;

/// <summary>Documents name files that exist and lead to pages that exist.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents() => [.. Repository.In(string.Empty, ".md").Where(f => !f.StartsWith('.'))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_Links_LeadSomewhere(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        var broken = Link().Matches(WithoutCodeBlocks(file)).Select(m => m.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains(':', StringComparison.Ordinal))
            .Where(target => !Exists(Path.GetRelativePath(".", Path.Combine(folder, target)).Replace('\\', '/').TrimEnd('/')));
        broken.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_NamedFiles_Exist(string file)
    {
        var missing = Quoted().Matches(WithoutCodeBlocks(file)).Select(m => m.Groups[1].Value)
            .Where(name => SourceFile().IsMatch(name) && !name.Contains('*', StringComparison.Ordinal) && !IsExample(name))
            .Where(name => !Repository.Files.Any(f => f == name || f.EndsWith($"/{name}", StringComparison.Ordinal)));
        missing.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Document_NamedFolders_Exist(string file)
    {
        var missing = Quoted().Matches(WithoutCodeBlocks(file)).Select(m => m.Groups[1].Value.TrimEnd('/'))
            .Where(name => Folder().IsMatch(name) && !IsExample(name)).Where(name => !Exists(name));
        missing.ShouldBeEmpty();
    }

    private static bool Exists(string path) => Repository.Files.Any(f => f == path || f.StartsWith($"{path}/", StringComparison.Ordinal));

    // Placeholders in instructions for what the reader is about to make.
    private static bool IsExample(string name) =>
        name.Contains('<', StringComparison.Ordinal) || name.Contains('{', StringComparison.Ordinal) || name.Contains("/X", StringComparison.Ordinal)
        || name.Contains("MyPlugin", StringComparison.Ordinal) || name.StartsWith('X');

    private static string WithoutCodeBlocks(string file) => CodeBlock().Replace(Repository.Text(file), string.Empty);

    [GeneratedRegex(@"\[[^\]\n]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^[\w./-]+\.(cs|razor|csproj|props|sln|targets)$")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"^(src|tests|e2e|docs|samples|benchmarks)/[\w./-]*$")]
    private static partial Regex Folder();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
