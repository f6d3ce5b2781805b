using System.Globalization;
using Gateway.PluginSdk.Counters;
using Microsoft.Extensions.Primitives;

namespace Gateway.Plugins.ResponseRatelimiting;

/// <summary>One limit of a configuration, made ready for counting.</summary>
/// <param name="Name">What is used.</param>
/// <param name="Windows">How much of it per period, shortest period first.</param>
/// <param name="WindowHeaders">The headers that tell of each window.</param>
internal sealed record UsageLimit(string Name, WindowLimit[] Windows, (string Limit, string Remaining)[] WindowHeaders)
{
    /// <summary>The header that tells what the window with the least has left.</summary>
    public string LeastHeader { get; } = $"X-RateLimit-Remaining-{Name}";

    /// <summary>The limits of a configuration.</summary>
    public static UsageLimit[] Of(ResponseRatelimitingConfig config) => [.. config.Limits.Select(l => Of(l.Key, l.Value))];

    /// <summary>How much of each limit an answer says was used; what it names besides does not count.</summary>
    /// <param name="header">The header's lines, such as <c>video=2, image=1</c>.</param>
    /// <param name="limits">The limits.</param>
    public static long[] Used(StringValues header, UsageLimit[] limits)
    {
        var used = new long[limits.Length];
        foreach (var part in header.SelectMany(line => (line ?? string.Empty).Split(',')))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && long.TryParse(part.AsSpan(equals + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
                && Array.FindIndex(limits, l => part.AsSpan(0, equals).Trim().SequenceEqual(l.Name)) is >= 0 and var place)
            {
                used[place] = Math.Min(amount, int.MaxValue);
            }
        }

        return used;
    }

    private static UsageLimit Of(string name, ResponseLimit limit)
    {
        double?[] periods = [limit.Second, limit.Minute, limit.Hour, limit.Day, limit.Month, limit.Year];
        WindowLimit[] windows = [.. periods.Select((amount, i) => (amount, i)).Where(p => p.amount is not null).Select(p => new WindowLimit((Period)p.i, p.amount!.Value))];
        return new UsageLimit(name, windows, [.. windows.Select(w => ($"X-RateLimit-Limit-{name}-{w.Period}", $"X-RateLimit-Remaining-{name}-{w.Period}"))]);
    }
}
