using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sync;

/// <summary>The rule by which planes that share one certificate know each other: the peer must present that very certificate.</summary>
public static class ClusterCertificate
{
    /// <summary>Whether a peer belongs to the cluster.</summary>
    /// <param name="own">The cluster's certificate.</param>
    /// <param name="peer">What the peer presented, if anything.</param>
    /// <param name="reason">Why it does not belong, with the fingerprints that an operator compares.</param>
    public static bool Accepts(X509Certificate2 own, [NotNullWhen(true)] X509Certificate? peer, [NotNullWhen(false)] out string? reason)
    {
        if (peer is null)
        {
            reason = "no certificate was presented";
            return false;
        }

        var expected = SHA256.HashData(own.RawDataMemory.Span);
        var presented = SHA256.HashData(peer.GetRawCertData());
        reason = CryptographicOperations.FixedTimeEquals(expected, presented)
            ? null
            : $"the presented certificate ({peer.Subject}, SHA-256 {Fingerprint(presented)}) is not the cluster certificate (SHA-256 {Fingerprint(expected)})";
        return reason is null;
    }

    private static string Fingerprint(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, 8)) + "…";
}
