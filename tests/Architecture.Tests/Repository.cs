using System.Text.RegularExpressions;
using Gateway.Testing;

namespace Gateway.Architecture.Tests;

/// <summary>The files of the repository, without what builds leave behind.</summary>
internal static partial class Repository
{
    private static readonly string[] _left = ["bin", "obj", ".git", ".quickstart", "node_modules", "TestResults", "artifacts"];

    /// <summary>All files, as paths from the root with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(new DirectoryInfo(RepositoryFolder.Root)).Order(StringComparer.Ordinal)];

    /// <summary>The files below a folder with one of some endings.</summary>
    public static IEnumerable<string> In(string folder, params string[] endings) =>
        Files.Where(f => f.StartsWith(folder, StringComparison.Ordinal) && endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)));

    public static string Text(string file) => File.ReadAllText(RepositoryFolder.PathOf(file));

    /// <summary>The lines of a file that hold something, with their numbers, without comments.</summary>
    public static IEnumerable<(int Number, string Code)> Code(string file) => File.ReadLines(RepositoryFolder.PathOf(file))
        .Select((line, i) => (i + 1, Comment().Replace(line, string.Empty))).Where(l => l.Item2.Length > 0);

    // A comment begins a line or follows a blank: the // of an URL does neither.
    [GeneratedRegex(@"(^|\s)(//|\*|@\*|<!--).*$")]
    private static partial Regex Comment();

    private static IEnumerable<string> Walk(DirectoryInfo folder) => folder.EnumerateFiles()
        .Select(f => Path.GetRelativePath(RepositoryFolder.Root, f.FullName).Replace('\\', '/'))
        .Concat(folder.EnumerateDirectories().Where(d => !_left.Contains(d.Name) && d.LinkTarget is null).SelectMany(Walk));
}
