using System.Globalization;

namespace Gateway.Sync.OlderPlanes;

/// <summary>Versions as numbers that can be compared: a group of three digits for each part.</summary>
public static class VersionNumber
{
    /// <summary>The number of a version such as <c>3.9.1</c> or <c>3.9.1.2-enterprise</c>; parts that are missing or no numbers count as zero.</summary>
    /// <param name="version">The version.</param>
    public static long Parse(string version)
    {
        var number = 0L;
        var weight = 1_000_000_000L;
        foreach (var part in version.Split('.', 4))
        {
            var digits = part.AsSpan(0, part.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : part.Length);
            // What a plane says of itself must not overflow anything here.
            _ = long.TryParse(digits.Length > 9 ? digits[..9] : digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
            number += weight * value;
            weight /= 1000;
        }

        return number;
    }
}
