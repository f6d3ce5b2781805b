using System.Globalization;

namespace Gateway.Sync;

/// <summary>Writes numbers as C's <c>%.14g</c> does, which is how the original turns them into text.</summary>
internal static class LuaNumber
{
    private const int Digits = 14;

    public static string Format(double value)
    {
        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }

        // d.ddddddddddddde±xxx, rounded exactly; only the layout differs from %g.
        var text = Math.Abs(value).ToString("E13", CultureInfo.InvariantCulture);
        var digits = string.Concat(text.AsSpan(0, 1), text.AsSpan(2, Digits - 1)).TrimEnd('0');
        var exponent = int.Parse(text.AsSpan(text.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = value < 0 ? "-" : "";
        if (exponent is < -4 or >= Digits)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        if (exponent < 0)
        {
            return sign + "0." + new string('0', -exponent - 1) + digits;
        }

        var whole = digits.PadRight(exponent + 1, '0');
        return sign + (whole.Length == exponent + 1 ? whole : whole[..(exponent + 1)] + "." + whole[(exponent + 1)..]);
    }
}
