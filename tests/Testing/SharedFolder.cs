namespace Gateway.Testing;

/// <summary>
/// The folder <c>../shared</c> beside the repository, with schemas and recorded cases.
/// It is not part of the repository, so a test that reads it returns early where it is absent.
/// </summary>
public static class SharedFolder
{
    /// <summary>The folder's path, or null where it is absent.</summary>
    public static string? Path { get; } = Find();

    /// <summary>Why a test that needs the folder does nothing.</summary>
    public const string SkipReason = "The folder ../shared is not beside the repository.";

    /// <summary>The path of a file or folder in it, or null where that is absent.</summary>
    public static string? PathOf(params string[] parts)
    {
        if (Path is null)
        {
            return null;
        }

        var path = System.IO.Path.Combine([Path, .. parts]);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        // A worktree may lie deeper than a clone, so every folder above is looked at.
        for (var folder = new DirectoryInfo(RepositoryFolder.Root).Parent; folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(System.IO.Path.Combine(candidate, "kong", "schemas")))
            {
                return candidate;
            }
        }

        return null;
    }
}
