using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sync.Mtls;

/// <summary>What a node shows to its peers and whom it trusts, until the files change.</summary>
#pragma warning disable CA1001 // Connections hold on to the tokens for longer than anyone holds the pair; without timers there is nothing to free.
public sealed class ClusterPair
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _superseded = new();
    private readonly CancellationTokenSource _distrusted = new();

    /// <summary>Makes a pair.</summary>
    /// <param name="certificate">The certificate with its private key.</param>
    /// <param name="intermediates">The chain that is sent with it.</param>
    /// <param name="authorities">Who signs the peers' certificates.</param>
    public ClusterPair(X509Certificate2 certificate, X509Certificate2Collection? intermediates = null, X509Certificate2Collection? authorities = null)
    {
        Certificate = certificate;
        Authorities = authorities ?? [];
        // "Offline" because what the peer needs is in the file.
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    /// <summary>The certificate with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Who signs the peers' certificates; empty in shared mode.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>The certificate as a handshake needs it.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Signals that there is a newer pair.</summary>
    public CancellationToken Superseded => _superseded.Token;

    /// <summary>Signals that there is a newer pair by which peers of this one are to be judged again.</summary>
    public CancellationToken Distrusted => _distrusted.Token;

    internal void Replace(bool distrusted)
    {
        // The tokens' listeners end connections; that must not run in here.
        _ = Task.WhenAll(_superseded.CancelAsync(), distrusted ? _distrusted.CancelAsync() : Task.CompletedTask);
    }
}
