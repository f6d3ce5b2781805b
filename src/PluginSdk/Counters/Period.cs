namespace Gateway.PluginSdk.Counters;

/// <summary>A period of the calendar, in UTC.</summary>
public enum Period
{
    /// <summary>A second.</summary>
    Second,

    /// <summary>A minute.</summary>
    Minute,

    /// <summary>An hour.</summary>
    Hour,

    /// <summary>A day.</summary>
    Day,

    /// <summary>A month.</summary>
    Month,

    /// <summary>A year.</summary>
    Year,
}

/// <summary>When periods begin, and how long they are.</summary>
public static class Periods
{
    /// <summary>When the period that a moment lies in began, in seconds since 1970.</summary>
    /// <param name="period">The period.</param>
    /// <param name="moment">The moment.</param>
    public static long Start(this Period period, DateTimeOffset moment)
    {
        var seconds = moment.ToUnixTimeSeconds();
        return period switch
        {
            Period.Second => seconds,
            Period.Minute => seconds - (seconds % 60),
            Period.Hour => seconds - (seconds % 3600),
            Period.Day => seconds - (seconds % 86_400),
            Period.Month => new DateTimeOffset(moment.UtcDateTime.Year, moment.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
            _ => new DateTimeOffset(moment.UtcDateTime.Year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
        };
    }

    /// <summary>The length by which clients are told when to come back: a month counts 30 days, a year 365, as Kong counts them.</summary>
    /// <param name="period">The period.</param>
    public static long Seconds(this Period period) => period switch
    {
        Period.Second => 1,
        Period.Minute => 60,
        Period.Hour => 3600,
        Period.Day => 86_400,
        Period.Month => 2_592_000,
        _ => 31_536_000,
    };

    /// <summary>The greatest length that the period has in the calendar.</summary>
    /// <param name="period">The period.</param>
    public static long LongestSeconds(this Period period) => period switch
    {
        Period.Month => 31 * 86_400,
        Period.Year => 366 * 86_400,
        _ => period.Seconds(),
    };
}
