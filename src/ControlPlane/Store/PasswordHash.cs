using System.Globalization;
using System.Security.Cryptography;

namespace Gateway.ControlPlane.Store;

/// <summary>Keeps passwords as PBKDF2-SHA512 with a salt of their own.</summary>
internal static class PasswordHash
{
    private const string Scheme = "pbkdf2-sha512";
    private const int SaltBytes = 16;
    private const int HashBytes = 64;

    // What OWASP asks of PBKDF2-SHA512; a hash keeps the number that it was made with.
    private const int Iterations = 210_000;

    /// <summary>A hash for nobody, so that an unknown name costs as much time as a known one.</summary>
    public static string Nobody { get; } = Create(RandomNumberGenerator.GetHexString(32));

    /// <summary>Makes <c>$pbkdf2-sha512$i=…$salt$hash</c>.</summary>
    public static string Create(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA512, HashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"${Scheme}$i={Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>Whether the password is the one that was hashed, in constant time.</summary>
    public static bool Verify(string password, string stored)
    {
        if (stored.Split('$') is not ["", Scheme, ['i', '=', .. var count], var salt, var expected])
        {
            return false;
        }

        var wanted = Convert.FromBase64String(expected);
        var iterations = int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, Convert.FromBase64String(salt), iterations, HashAlgorithmName.SHA512, wanted.Length);
        return CryptographicOperations.FixedTimeEquals(hash, wanted);
    }
}
