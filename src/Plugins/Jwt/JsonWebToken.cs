using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Plugins.Jwt;

/// <summary>A signed token in its compact form (RFC 7519, RFC 7515); parsing proves nothing of its signature.</summary>
/// <param name="Header">What is said of the signature.</param>
/// <param name="Claims">What is claimed.</param>
/// <param name="Algorithm">The algorithm of the signature.</param>
/// <param name="Signed">The bytes that are signed.</param>
/// <param name="Signature">The signature.</param>
internal sealed record JsonWebToken(JsonObject Header, JsonObject Claims, string Algorithm, byte[] Signed, byte[] Signature)
{
    /// <summary>Reads a token.</summary>
    /// <param name="text">The token.</param>
    /// <param name="reason">What is wrong with it, in Kong's words.</param>
    public static JsonWebToken? Parse(string text, out string? reason)
    {
        var parts = text.Split('.');
        if (parts.Length is not 3 || Object(parts[0]) is not { } header || Object(parts[1]) is not { } claims)
        {
            reason = "invalid JSON";
            return null;
        }

        if (Json.String(header["typ"]) is { } type && !type.Equals("JWT", StringComparison.OrdinalIgnoreCase))
        {
            reason = "invalid typ";
            return null;
        }

        if (Json.String(header["alg"]) is not { } algorithm || !SigningKey.Algorithms.Contains(algorithm))
        {
            reason = "invalid alg";
            return null;
        }

        if (Bytes(parts[2]) is not { Length: > 0 } signature)
        {
            reason = "invalid signature";
            return null;
        }

        reason = null;
        return new JsonWebToken(header, claims, algorithm, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature);
    }

    private static JsonObject? Object(string part) => Bytes(part) is { } bytes && Json.TryParse(bytes, out var node) ? node as JsonObject : null;

    private static byte[]? Bytes(string part)
    {
        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
