using System.Security.Cryptography;
using System.Text;

namespace Gateway.Plugins.BasicAuth;

/// <summary>The form in which passwords are kept: SHA-1 over the password and the consumer's id, in lower-case hex.</summary>
/// <remarks>
/// Weak by today's measure, and part of the format: control planes, data planes and backups of Kong hold this form, and none of them could
/// make another out of it.
/// </remarks>
internal static class PasswordHash
{
    private const int Digits = SHA1.HashSizeInBytes * 2;

    /// <summary>The hash of a password.</summary>
    public static string Of(string password, Guid consumer) => Of(Encoding.UTF8.GetBytes(password), consumer);

    /// <summary>Whether a password has a hash, compared in constant time.</summary>
    public static bool Matches(ReadOnlySpan<byte> password, Guid consumer, string hash)
    {
        Span<byte> expected = stackalloc byte[Digits];
        return Encoding.UTF8.TryGetBytes(hash, expected, out var written) && written is Digits
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Of(password, consumer)), expected);
    }

    private static string Of(ReadOnlySpan<byte> password, Guid consumer)
    {
        Span<byte> salt = stackalloc byte[36];
        consumer.TryFormat(salt, out _);
        byte[] salted = [.. password, .. salt];
#pragma warning disable CA5350 // The format names the algorithm.
        return Convert.ToHexStringLower(SHA1.HashData(salted));
#pragma warning restore CA5350
    }
}
