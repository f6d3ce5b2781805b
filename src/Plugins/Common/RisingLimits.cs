using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Plugins.Common;

/// <summary>Limits per period, of which a longer one's is not lower than a shorter one's.</summary>
internal static class RisingLimits
{
    private static readonly string[] _periods = ["second", "minute", "hour", "day", "month", "year"];

    /// <summary>Judges limits by their periods' names.</summary>
    /// <param name="limits">The limits; other members are passed over.</param>
    /// <param name="called">How a message begins.</param>
    public static string? Judge(JsonObject limits, string called)
    {
        var set = _periods.Where(p => limits[p] is not null).ToArray();
        for (var i = 1; i < set.Length; i++)
        {
            var (lower, upper) = (Json.Number(limits[set[i - 1]]), Json.Number(limits[set[i]]));
            if (upper < lower)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{called} for {set[i]}({upper:0.0}) cannot be lower than the limit for {set[i - 1]}({lower:0.0})");
            }
        }

        return null;
    }
}
