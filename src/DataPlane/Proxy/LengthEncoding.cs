using System.Buffers;
using System.Text;

namespace Gateway.DataPlane.Proxy;

/// <summary>
/// The encoding of <c>Content-Length</c>: digits and nothing else. Kestrel decodes the header with the encoding that it is given and takes what
/// .NET takes for a number, signs and white space included; here such a value becomes a letter, which is no number.
/// </summary>
internal sealed class LengthEncoding : Encoding
{
    private static readonly SearchValues<byte> _digits = SearchValues.Create("0123456789"u8);

    /// <summary>The one that there is.</summary>
    public static LengthEncoding Instance { get; } = new();

    /// <inheritdoc/>
    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        if (bytes.Length <= chars.Length && !bytes.ContainsAnyExcept(_digits))
        {
            return Latin1.GetChars(bytes, chars);
        }

        chars[0] = 'x';
        return 1;
    }

    /// <inheritdoc/>
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    /// <inheritdoc/>
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    /// <inheritdoc/>
    public override int GetByteCount(char[] chars, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetMaxByteCount(int charCount) => charCount;

    /// <inheritdoc/>
    public override int GetMaxCharCount(int byteCount) => byteCount;
}
