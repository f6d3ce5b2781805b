using Gateway.Kong.Settings;

namespace Gateway.Kong.Node;

/// <summary>Where the settings say that the configuration of a node without a database comes from.</summary>
/// <param name="Name">How messages name it.</param>
/// <param name="Text">The text.</param>
/// <param name="FileName">The name of the file, or null when it is none.</param>
internal sealed record DeclarativeSource(string Name, string Text, string? FileName)
{
    /// <summary>Reads the source; null when the settings name none.</summary>
    /// <exception cref="StartFailure">The file cannot be read.</exception>
    public static DeclarativeSource? Of(KongSettings settings)
    {
        if (settings.DeclarativeFile is not { } file)
        {
            return settings.DeclarativeText is { } text ? new DeclarativeSource("string", text, null) : null;
        }

        try
        {
            return new DeclarativeSource($"file {file}", File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartFailure(Refused($"file {file}", e is FileNotFoundException or DirectoryNotFoundException ? $"{file}: No such file or directory" : e.Message), e);
        }
    }

    /// <summary>The sentence for a source that cannot be used.</summary>
    public string Refused(string reason) => Refused(Name, reason);

    private static string Refused(string name, string reason) => $"error parsing declarative config {name}:\n{reason}";
}
