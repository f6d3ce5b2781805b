namespace Gateway.Manager.Sessions;

/// <summary>Paths that lead back into this Manager and nowhere else.</summary>
public static class LocalPath
{
    /// <summary>The path when it is one of this site, otherwise the overview.</summary>
    /// <param name="path">What a query or a form says.</param>
    public static string OrHome(string? path) => IsLocal(path) ? path! : "/";

    private static bool IsLocal(string? path) =>
        path is ['/', ..] && path is not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) && !path.StartsWith("/session", StringComparison.OrdinalIgnoreCase);
}
