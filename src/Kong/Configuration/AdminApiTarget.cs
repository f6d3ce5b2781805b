namespace Gateway.Kong.Configuration;

/// <summary>The Admin API that a command works on: ours, or any that speaks Kong's language.</summary>
/// <param name="Url">Its address.</param>
internal sealed record AdminApiTarget(Uri Url)
{
    /// <summary>Headers that every request carries, such as a token.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The workspace, or null for the default one.</summary>
    public string? Workspace { get; init; }

    /// <summary>A file of PEM certificates that vouch for the server's, or null for the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>Whether any certificate of the server will do.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
