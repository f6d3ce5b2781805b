using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sync.Mtls;

/// <summary>Why a peer is not let in.</summary>
public enum PeerProblem
{
    /// <summary>It is let in.</summary>
    None,

    /// <summary>It showed no certificate.</summary>
    Missing,

    /// <summary>No trusted authority vouches for its certificate.</summary>
    Unverified,

    /// <summary>Its certificate is sound, but not one of this cluster.</summary>
    Foreign,
}

/// <summary>What a node makes of its peer's certificate.</summary>
/// <param name="Problem">Why the peer is not let in.</param>
/// <param name="Reason">The same for a log, with what an operator compares; null when it is let in.</param>
public sealed record PeerVerdict(PeerProblem Problem, string? Reason = null)
{
    /// <summary>Whether the peer is let in.</summary>
    public bool IsAccepted => Problem is PeerProblem.None;

    /// <summary>The peer's certificate; null when it showed none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The certificate of the authority that signed the peer's; null in shared mode.</summary>
    public X509Certificate2? Issuer { get; init; }
}
