namespace Gateway.Manager.Catalog;

/// <summary>An entry of the menu.</summary>
/// <param name="Href">The page.</param>
/// <param name="Title">Its name.</param>
/// <param name="Icon">The name of its icon.</param>
public sealed record NavigationEntry(string Href, string Title, string Icon);

/// <summary>A group of the menu.</summary>
/// <param name="Title">Its heading; null for the first, which needs none.</param>
/// <param name="Entries">Its pages.</param>
public sealed record NavigationGroup(string? Title, IReadOnlyList<NavigationEntry> Entries);

/// <summary>The menu, declared once; only what works is in it.</summary>
public static class Navigation
{
    /// <summary>The groups, from the top.</summary>
    public static IReadOnlyList<NavigationGroup> Groups { get; } =
    [
        new(null, [new("/", "Overview", "overview")]),
        new("Gateway", [Of("services"), Of("routes"), Of("consumers"), Of("plugins"), Of("upstreams")]),
        new("TLS", [Of("certificates"), Of("ca_certificates"), Of("snis")]),
        new("Cluster", [new("/data-planes", "Data planes", "planes"), new("/live", "Live traffic", "pulse")]),
    ];

    private static NavigationEntry Of(string path) => new($"/{path}", EntityKinds.All[path].Plural, EntityKinds.All[path].Icon);
}
