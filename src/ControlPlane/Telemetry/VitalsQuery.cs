using System.Globalization;
using Gateway.ControlPlane.Store;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>What a reader of the history asks for.</summary>
/// <param name="Interval"><c>seconds</c>, <c>minutes</c> or <c>hours</c>.</param>
/// <param name="Start">The steps end after it, in Unix seconds.</param>
/// <param name="End">The steps end at it or before, in Unix seconds.</param>
/// <param name="Size">How many series are listed.</param>
internal sealed record VitalsQuery(string Interval, long Start, long End, int Size)
{
    private const int DefaultSize = 25;
    private const int MostSize = 100;

    /// <summary>The length of a step, in seconds.</summary>
    public int Step => Interval switch { "seconds" => 1, "minutes" => Telemetry.Step.Minute, _ => Telemetry.Step.Hour };

    /// <summary>Reads the parameters <c>interval</c>, <c>start</c>, <c>end</c> and <c>size</c>.</summary>
    /// <param name="query">The parameters.</param>
    /// <param name="now">The end where none is given.</param>
    public static Outcome<VitalsQuery> Read(IQueryCollection query, DateTimeOffset now)
    {
        var interval = query["interval"] is [{ Length: > 0 } asked] ? asked : "minutes";
        if (interval is not ("seconds" or "minutes" or "hours"))
        {
            return StoreError.InvalidOption("interval", "expected one of: seconds, minutes, hours");
        }

        var life = interval switch { "seconds" => VitalsBook.Kept, "minutes" => VitalsWriter.MinuteLife, _ => VitalsWriter.HourLife };
        if (!TryReadTime(query["end"], now.ToUnixTimeSeconds(), out var end))
        {
            return StoreError.InvalidOption("end", "expected a time: Unix seconds, or ISO 8601");
        }

        if (!TryReadTime(query["start"], end - life, out var start))
        {
            return StoreError.InvalidOption("start", "expected a time: Unix seconds, or ISO 8601");
        }

        if (start >= end)
        {
            return StoreError.InvalidOption("start", "must be before the end");
        }

        var size = DefaultSize;
        if (query["size"] is [{ Length: > 0 } wanted] && (!int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > MostSize))
        {
            return StoreError.InvalidOption("size", $"must be an integer between 1 and {MostSize}");
        }

        // What is older was forgotten; asking for it finds nothing and costs nothing.
        return new VitalsQuery(interval, Math.Max(start, now.ToUnixTimeSeconds() - life - Telemetry.Step.Hour), end, size);
    }

    private static bool TryReadTime(Microsoft.Extensions.Primitives.StringValues given, long otherwise, out long seconds)
    {
        seconds = otherwise;
        if (given is not [{ Length: > 0 } text])
        {
            return true;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds))
        {
            return seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        }

        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        seconds = time.ToUnixTimeSeconds();
        return isTime && seconds >= 0;
    }
}
