using System.Text;

namespace Gateway.Kong.Settings;

/// <summary>The file <c>.kong_env</c> in the prefix: what a node was started with, which <c>kong reload</c> changes and the node reads again.</summary>
internal static class StoredSettings
{
    private const string FileKey = "# conf = ";

    /// <summary>Where it is.</summary>
    public static string PathIn(string prefix) => Path.Combine(prefix, ".kong_env");

    /// <summary>Writes what was given, references to vaults as they stand; only the owner may read it, for it has secrets.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string prefix, IReadOnlyDictionary<string, string> given, string? file)
    {
        var text = new StringBuilder("# Written at start and by 'kong reload'; the node reads it when it is told to reload.\n");
        if (file is not null)
        {
            text.Append(FileKey).Append(Path.GetFullPath(file)).Append('\n');
        }

        foreach (var (name, value) in given.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            // A PEM text has lines; the reader of certificates takes \n for a line break.
            text.Append(name).Append(" = ")
                .Append(value.ReplaceLineEndings("\\n").Replace("#", "\\#", StringComparison.Ordinal)).Append('\n');
        }

        var (path, beside) = (PathIn(prefix), PathIn(prefix) + ".new");
        using (var stream = new FileStream(beside, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>The values, and the file that the node was started with; nothing when there is no such file.</summary>
    public static (IReadOnlyDictionary<string, string> Values, string? File) Read(string prefix)
    {
        var path = PathIn(prefix);
        if (!File.Exists(path))
        {
            return (new Dictionary<string, string>(), null);
        }

        var text = File.ReadAllText(path);
        var file = text.Split('\n').FirstOrDefault(l => l.StartsWith(FileKey, StringComparison.Ordinal));
        return (SettingsFile.Parse(text), file?[FileKey.Length..]);
    }
}
