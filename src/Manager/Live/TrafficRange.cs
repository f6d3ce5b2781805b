namespace Gateway.Manager.Live;

/// <summary>How far back a chart of traffic looks.</summary>
/// <param name="Slug">Its word in an address.</param>
/// <param name="Title">Its name.</param>
/// <param name="Interval">The Admin API's word for its steps.</param>
/// <param name="Step">The length of a step, in seconds.</param>
/// <param name="Window">How far back it looks, in seconds.</param>
public sealed record TrafficRange(string Slug, string Title, string Interval, int Step, int Window)
{
    /// <summary>Every range, the live one first.</summary>
    public static IReadOnlyList<TrafficRange> All { get; } =
    [
        new("", "15 minutes", "seconds", 1, VitalsFeed.Window),
        new("day", "1 day", "minutes", 60, 24 * 3600),
        new("month", "30 days", "hours", 3600, 30 * 24 * 3600),
    ];

    /// <summary>The range of an address; the live one when it names none.</summary>
    /// <param name="slug">The word.</param>
    public static TrafficRange Of(string? slug) => All.FirstOrDefault(range => range.Slug == slug) ?? All[0];

    /// <summary>Whether seconds come by themselves.</summary>
    public bool IsLive => Step is 1;
}
