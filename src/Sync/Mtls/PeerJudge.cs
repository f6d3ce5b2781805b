using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sync.Mtls;

/// <summary>Judges the certificates of peers by the rules of <c>cluster_mtls</c>.</summary>
public static class PeerJudge
{
    // Of authorities between the peer and the trusted one.
    private const int MaxIntermediates = 4;

    private static readonly Oid _client = new("1.3.6.1.5.5.7.3.2");
    private static readonly Oid _server = new("1.3.6.1.5.5.7.3.1");

    /// <summary>The rules by which a handshake may build a chain: without looking for anything in the network.</summary>
    /// <param name="pair">Whom the node trusts.</param>
    public static X509ChainPolicy ChainPolicy(ClusterPair pair)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        foreach (var authority in pair.Authorities)
        {
            var isRoot = authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData);
            (isRoot ? policy.CustomTrustStore : policy.ExtraStore).Add(authority);
        }

        return policy;
    }

    /// <summary>What a control plane makes of a data plane.</summary>
    /// <param name="identity">The rule.</param>
    /// <param name="own">What this node shows and whom it trusts.</param>
    /// <param name="peer">What the peer showed, if anything.</param>
    /// <param name="sent">The chain that it sent with it.</param>
    public static PeerVerdict OfDataPlane(ClusterIdentity identity, ClusterPair own, X509Certificate? peer, X509Certificate2Collection sent)
    {
        var verdict = Of(identity, own, peer, sent, _client);
        if (!verdict.IsAccepted || identity.Mode is not ClusterMode.PkiCheckCn)
        {
            return verdict;
        }

        var name = CommonName(verdict.Certificate!);
        var allowed = identity.AllowedCommonNames.Count > 0
            ? identity.AllowedCommonNames.Contains(name, StringComparer.OrdinalIgnoreCase)
            : Domain(name) is { } domain && domain.Equals(Domain(CommonName(own.Certificate)), StringComparison.OrdinalIgnoreCase);
        return allowed ? verdict : verdict with { Problem = PeerProblem.Foreign, Reason = $"its common name '{name}' is not an allowed one" };
    }

    /// <summary>What a data plane makes of a control plane.</summary>
    /// <param name="identity">The rule.</param>
    /// <param name="own">What this node shows and whom it trusts.</param>
    /// <param name="peer">What the peer showed, if anything.</param>
    /// <param name="sent">The chain that it sent with it.</param>
    /// <param name="name">The name that its certificate must have; of no meaning in shared mode.</param>
    public static PeerVerdict OfControlPlane(ClusterIdentity identity, ClusterPair own, X509Certificate? peer, X509Certificate2Collection sent, string name)
    {
        var verdict = Of(identity, own, peer, sent, _server);
        return !verdict.IsAccepted || identity.Mode is ClusterMode.Shared || verdict.Certificate!.MatchesHostname(name, allowWildcards: true, allowCommonName: true)
            ? verdict
            : verdict with { Problem = PeerProblem.Foreign, Reason = $"the presented certificate ({verdict.Certificate!.Subject}) is not for the name '{name}'" };
    }

    private static PeerVerdict Of(ClusterIdentity identity, ClusterPair own, X509Certificate? peer, X509Certificate2Collection sent, Oid purpose)
    {
        if (peer is null)
        {
            return new PeerVerdict(PeerProblem.Missing, "no certificate was presented");
        }

        // A copy: the handshake's own objects end with it.
        var certificate = X509CertificateLoader.LoadCertificate(peer.GetRawCertData());
        return identity.Mode is ClusterMode.Shared ? Compare(own.Certificate, certificate) : Verify(own, certificate, sent, purpose);
    }

    private static PeerVerdict Compare(X509Certificate2 own, X509Certificate2 peer)
    {
        var expected = SHA256.HashData(own.RawDataMemory.Span);
        var presented = SHA256.HashData(peer.RawDataMemory.Span);
        return CryptographicOperations.FixedTimeEquals(expected, presented)
            ? new PeerVerdict(PeerProblem.None) { Certificate = peer }
            : new PeerVerdict(
                PeerProblem.Foreign,
                $"the presented certificate ({peer.Subject}, SHA-256 {Fingerprint(presented)}) is not the cluster certificate (SHA-256 {Fingerprint(expected)})")
            {
                Certificate = peer,
            };
    }

    private static PeerVerdict Verify(ClusterPair own, X509Certificate2 peer, X509Certificate2Collection sent, Oid purpose)
    {
        using var chain = new X509Chain { ChainPolicy = ChainPolicy(own) };
        chain.ChainPolicy.ApplicationPolicy.Add(purpose);
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        var sound = chain.Build(peer);
        var intermediates = chain.ChainElements.Count - 2;
        var reason = !sound ? string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()).Distinct())
            : intermediates > MaxIntermediates ? $"its chain has {intermediates} authorities between it and the trusted one; {MaxIntermediates} are allowed"
            : null;
        return reason is not null
            ? new PeerVerdict(PeerProblem.Unverified, $"no trusted authority vouches for the presented certificate ({peer.Subject}): {reason}") { Certificate = peer }
            : new PeerVerdict(PeerProblem.None)
            {
                Certificate = peer,
                Issuer = X509CertificateLoader.LoadCertificate(chain.ChainElements[Math.Min(1, chain.ChainElements.Count - 1)].Certificate.RawDataMemory.Span),
            };
    }

    private static string CommonName(X509Certificate2 certificate) => certificate.SubjectName.EnumerateRelativeDistinguishedNames()
        .FirstOrDefault(n => !n.HasMultipleElements && n.GetSingleElementType().Value is "2.5.4.3")?.GetSingleElementValue() ?? "";

    private static string? Domain(string name) => name.Split('.', 2) is [_, { Length: > 0 } domain] ? domain : null;

    private static string Fingerprint(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, 8)) + "…";
}
