namespace Gateway.Testing;

/// <summary>Finds the repository's own folders from the place where a test binary runs.</summary>
public static class RepositoryFolder
{
    /// <summary>The folder that holds <c>Manager.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary><c>Release</c> or <c>Debug</c>: what the running tests were built as.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar).Contains("Release") ? "Release" : "Debug";

    /// <summary>A file below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The built assembly of a project, such as <c>("src/Kong", "kong.dll")</c>.</summary>
    public static string OutputOf(string project, string assembly) => Path.Combine(Root, project, "bin", Configuration, "net10.0", assembly);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Manager.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Manager.sln above {AppContext.BaseDirectory}.");
    }
}
