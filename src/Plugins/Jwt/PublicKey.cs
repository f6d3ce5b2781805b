using System.Security.Cryptography;
using Gateway.Entities;

namespace Gateway.Plugins.Jwt;

/// <summary>Public keys in PEM.</summary>
internal static class PublicKey
{
    // The key type of RFC 8410 that the framework has no class for: SubjectPublicKeyInfo with the algorithm 1.3.101.112, then 32 octets.
    private static readonly byte[] _ed25519 = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <summary>Whether a text is a public key, RSA, EC or Ed25519.</summary>
    public static bool IsPem(string pem)
    {
        using var key = Pem.PublicKey(pem);
        return key is not null || IsEd25519(pem);
    }

    private static bool IsEd25519(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] is not "PUBLIC KEY")
        {
            return false;
        }

        var der = Convert.FromBase64String(pem[fields.Base64Data].ReplaceLineEndings(string.Empty));
        return der.Length is 44 && der.AsSpan().StartsWith(_ed25519);
    }
}
