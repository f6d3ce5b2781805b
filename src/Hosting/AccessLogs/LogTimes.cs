using System.Globalization;
using System.Text;

namespace Gateway.Hosting.AccessLogs;

/// <summary>The moment as access logs write it: made anew once a second, and not for each line.</summary>
internal sealed class LogTimes
{
    private volatile Second _last = new(long.MinValue, [], []);

    private sealed record Second(long Ticks, byte[] Local, byte[] Iso);

    /// <summary>Such as <c>29/Nov/2026:09:22:59 +0000</c>.</summary>
    public ReadOnlySpan<byte> Local(DateTimeOffset now) => Of(now).Local;

    /// <summary>Such as <c>2026-11-29T09:22:59+00:00</c>.</summary>
    public ReadOnlySpan<byte> Iso(DateTimeOffset now) => Of(now).Iso;

    private Second Of(DateTimeOffset now)
    {
        var second = _last;
        if (now.Ticks / TimeSpan.TicksPerSecond == second.Ticks)
        {
            return second;
        }

        var offset = now.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        return _last = new Second(
            now.Ticks / TimeSpan.TicksPerSecond,
            Encoding.ASCII.GetBytes(now.ToString("dd/MMM/yyyy:HH:mm:ss ", CultureInfo.InvariantCulture) + offset),
            Encoding.ASCII.GetBytes(now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture)));
    }
}
