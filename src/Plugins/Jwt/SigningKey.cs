using System.Security.Cryptography;
using System.Text;
using Gateway.Entities;

namespace Gateway.Plugins.Jwt;

/// <summary>Verifies signatures (RFC 7518) with a consumer's key.</summary>
internal sealed class SigningKey
{
    private readonly string _algorithm;
    private readonly byte[]? _secret;
    private readonly string? _pem;

    private SigningKey(string algorithm, byte[]? secret, string? pem) => (_algorithm, _secret, _pem) = (algorithm, secret, pem);

    /// <summary>The algorithms of tokens.</summary>
    public static IReadOnlySet<string> Algorithms { get; } =
        new HashSet<string> { "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA" };

    private HashAlgorithmName Hash => _algorithm[^3..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };

    /// <summary>The key for an algorithm, or null when the entity lacks it or it cannot be read.</summary>
    public static SigningKey? Of(JwtSecret secret, string algorithm, bool isBase64)
    {
        if (!algorithm.StartsWith("HS", StringComparison.Ordinal))
        {
            return secret.RsaPublicKey is { } pem ? new SigningKey(algorithm, null, pem) : null;
        }

        if (secret.Secret is not { } text)
        {
            return null;
        }

        try
        {
            return new SigningKey(algorithm, isBase64 ? Convert.FromBase64String(Padded(text)) : Encoding.UTF8.GetBytes(text), null);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether a token carries this key's signature.</summary>
    public bool Verifies(JsonWebToken token)
    {
        if (_secret is not null)
        {
            var expected = CryptographicOperations.HmacData(Hash, _secret, token.Signed);
            return CryptographicOperations.FixedTimeEquals(expected, token.Signature);
        }

        using var key = Pem.PublicKey(_pem!);
        return (_algorithm[..2], key) switch
        {
            ("RS", RSA rsa) => rsa.VerifyData(token.Signed, token.Signature, Hash, RSASignaturePadding.Pkcs1),
            ("PS", RSA rsa) => rsa.VerifyData(token.Signed, token.Signature, Hash, RSASignaturePadding.Pss),
            ("ES", ECDsa ec) => ec.VerifyData(token.Signed, token.Signature, Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            // The framework has no class for Ed25519, so no such signature is ever found good.
            _ => false,
        };
    }

    private static string Padded(string text)
    {
        text = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        return text.PadRight((text.Length + 3) / 4 * 4, '=');
    }
}
