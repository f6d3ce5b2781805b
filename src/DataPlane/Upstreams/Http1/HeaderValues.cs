using System.Text;

namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>The values that the last answers of a peer had: most are what they were before, and then need no new string.</summary>
internal sealed class HeaderValues
{
    // Kept for longer, a large value would be kept for nothing.
    private const int MaxLength = 64;

    private readonly string?[] _values = new string?[KnownHeaders.Names.Length];

    /// <summary>The value as a string, one character per octet.</summary>
    /// <param name="index">The header's index among <see cref="KnownHeaders"/>.</param>
    /// <param name="value">The value.</param>
    public string Of(int index, ReadOnlySpan<byte> value)
    {
        // Several connections share the array. Each reads and writes whole references, so the worst is a string too many.
        if (_values[index] is { } known && Ascii.Equals(value, known))
        {
            return known;
        }

        var text = Encoding.Latin1.GetString(value);
        if (text.Length <= MaxLength)
        {
            _values[index] = text;
        }

        return text;
    }
}
