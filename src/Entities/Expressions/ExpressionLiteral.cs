using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Entities.Expressions;

/// <summary>Reads the values of the expression language: strings, raw strings, integers, addresses and ranges.</summary>
internal static class ExpressionLiteral
{
    private static readonly SearchValues<char> _address = SearchValues.Create("0123456789abcdefABCDEF.:/");

    /// <summary>Reads the value at a place.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="at">The place.</param>
    /// <returns>The value and where it ends; no value with the reason, or without one where nothing looks like a value.</returns>
    public static (ExpressionValue? Value, int End, string? Error) Read(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("\""))
        {
            return Quoted(text, at + 1);
        }

        if (rest.StartsWith("r#\""))
        {
            var end = text.IndexOf("\"#", at + 3, StringComparison.Ordinal);
            return end < 0 ? (null, text.Length, null) : (new ExpressionValue.Text(text[(at + 3)..end]), end + 2, null);
        }

        var length = rest.IndexOfAnyExcept(_address);
        var word = length < 0 ? rest : rest[..length];
        return word.Contains(':') || word.Count('.') is 3 ? Address(word, at) : Integer(rest, at);
    }

    private static (ExpressionValue? Value, int End, string? Error) Quoted(string text, int at)
    {
        var value = new StringBuilder();
        for (var i = at; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    return (new ExpressionValue.Text(value.ToString()), i + 1, null);
                case '\\' when i + 1 < text.Length && text[i + 1] is '"' or '\\' or 'n' or 'r' or 't':
                    value.Append(text[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var c => c });
                    break;
                case '\\':
                    return (null, i, null);
                default:
                    value.Append(text[i]);
                    break;
            }
        }

        return (null, text.Length, null);
    }

    private static (ExpressionValue? Value, int End, string? Error) Address(ReadOnlySpan<char> word, int at)
    {
        var slash = word.IndexOf('/');
        var end = at + word.Length;
        if (!IPAddress.TryParse(slash < 0 ? word : word[..slash], out var address))
        {
            return (null, end, "invalid IP address syntax");
        }

        if (slash < 0)
        {
            return (new ExpressionValue.Address(address), end, null);
        }

        var bits = address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128;
        if (!int.TryParse(word[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) || prefix > bits)
        {
            return (null, end, "invalid length for network: Network length is too long");
        }

        var network = IPNetwork.Parse(HostName.Masked(word.ToString()));
        return network.BaseAddress.Equals(address) ? (new ExpressionValue.Range(network), end, null) : (null, end, "host part of address was not zero");
    }

    private static (ExpressionValue? Value, int End, string? Error) Integer(ReadOnlySpan<char> rest, int at)
    {
        var sign = rest.StartsWith("-") ? 1 : 0;
        var digits = rest[sign..];
        var hex = digits.StartsWith("0x");
        digits = hex ? digits[2..] : digits;
        var length = digits.IndexOfAnyExcept(hex ? SearchValues.Create("0123456789abcdefABCDEF") : SearchValues.Create("0123456789"));
        digits = length < 0 ? digits : digits[..length];
        if (digits.IsEmpty)
        {
            return (null, at, null);
        }

        var end = at + sign + (hex ? 2 : 0) + digits.Length;
        var octal = !hex && digits.Length > 1 && digits[0] is '0' && !digits.ContainsAny('8', '9');
        var value = Int128.Zero;
        foreach (var digit in digits)
        {
            value = (value * (hex ? 16 : octal ? 8 : 10)) + Convert.ToInt32(digit.ToString(), 16);
            if (value > long.MaxValue)
            {
                return (null, end, "number too large to fit in target type");
            }
        }

        return (new ExpressionValue.Number((long)(sign is 1 ? -value : value)), end, null);
    }
}
