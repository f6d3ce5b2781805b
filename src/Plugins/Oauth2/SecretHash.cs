using System.Security.Cryptography;

namespace Gateway.Plugins.Oauth2;

/// <summary>Keeps an application's secret as PBKDF2 with SHA-512, in the PHC string format.</summary>
internal static class SecretHash
{
    private const int Rounds = 10_000;
    private const int SaltLength = 32;
    private const int HashLength = 32;

    /// <summary>The text to keep; one that is a hash already stays.</summary>
    public static string Of(string secret)
    {
        if (secret.StartsWith("$pbkdf2", StringComparison.Ordinal))
        {
            return secret;
        }

        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = Rfc2898DeriveBytes.Pbkdf2(secret, salt, Rounds, HashAlgorithmName.SHA512, HashLength);
        return $"$pbkdf2-sha512$i={Rounds},l={HashLength}${Text(salt)}${Text(hash)}";
    }

    private static string Text(byte[] octets) => Convert.ToBase64String(octets).TrimEnd('=');
}
