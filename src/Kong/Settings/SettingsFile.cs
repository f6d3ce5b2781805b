namespace Gateway.Kong.Settings;

/// <summary>Reads the text of a <c>kong.conf</c>: <c>name = value</c>, <c>#</c> starts a comment, <c>\#</c> is a hash.</summary>
internal static class SettingsFile
{
    /// <summary>Where the file is looked for when none is named.</summary>
    public static readonly IReadOnlyList<string> DefaultPaths = ["/etc/kong/kong.conf", "/etc/kong.conf"];

    /// <summary>The file that is read: the one that was named, or the one at a default place, or null.</summary>
    public static string? Find(string? named) => named ?? DefaultPaths.FirstOrDefault(File.Exists);

    /// <summary>The values by name; a name that is written twice has its last value.</summary>
    public static Dictionary<string, string> Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var raw in text.Split('\n'))
        {
            var line = WithoutComment(raw).Trim();
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                values[line[..equals].Trim().ToLowerInvariant()] = Unquoted(line[(equals + 1)..].Trim());
            }
        }

        return values;
    }

    private static string WithoutComment(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#' && (i == 0 || line[i - 1] != '\\'))
            {
                line = line[..i];
                break;
            }
        }

        return line.Replace("\\#", "#", StringComparison.Ordinal);
    }

    private static string Unquoted(string value) =>
        value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'' ? value[1..^1] : value;
}
