namespace Gateway.Manager.Live;

/// <summary>How the states of data planes are called and coloured.</summary>
public static class DataPlaneWords
{
    /// <summary>Every state, its words and its style.</summary>
    public static IReadOnlyList<(SyncState State, string Words, string Style)> States { get; } =
    [
        (SyncState.InSync, "In sync", "good"),
        (SyncState.Behind, "Behind", "warn"),
        (SyncState.Refused, "Refused", "bad"),
        (SyncState.Gone, "Gone", "quiet"),
    ];

    /// <summary>A state as an address writes it.</summary>
    public static string Slug(SyncState state) => state switch { SyncState.InSync => "in-sync", SyncState.Behind => "behind", SyncState.Refused => "refused", _ => "gone" };
}
