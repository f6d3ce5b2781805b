using System.Text;
using Microsoft.Extensions.Primitives;

namespace Gateway.Plugins.BasicAuth;

/// <summary>What a client shows in a header of the scheme <c>Basic</c> (RFC 7617).</summary>
/// <param name="Name">The name, never empty.</param>
/// <param name="Password">The password's bytes as they were sent.</param>
internal sealed record NameAndPassword(string Name, byte[] Password)
{
    private const string Scheme = "Basic";
    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a header; null when it is of another scheme or broken.</summary>
    public static NameAndPassword? Read(StringValues header)
    {
        var text = (header.Count > 0 ? header[0] : null).AsSpan().Trim();
        if (text.Length <= Scheme.Length || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !char.IsWhiteSpace(text[Scheme.Length]))
        {
            return null;
        }

        var encoded = text[Scheme.Length..].Trim().TrimEnd('=');
        var bytes = new byte[(encoded.Length * 3 / 4) + 3];
        if (!Convert.TryFromBase64String(Padded(encoded), bytes, out var length))
        {
            return null;
        }

        var decoded = bytes.AsSpan(0, length);
        var colon = decoded.IndexOf((byte)':');
        try
        {
            return colon > 0 ? new NameAndPassword(_utf8.GetString(decoded[..colon]), decoded[(colon + 1)..].ToArray()) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // Some clients leave the padding out.
    private static string Padded(ReadOnlySpan<char> encoded) => encoded.ToString().PadRight((encoded.Length + 3) / 4 * 4, '=');
}
