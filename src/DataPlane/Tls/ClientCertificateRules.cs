using System.Security.Cryptography.X509Certificates;

namespace Gateway.DataPlane.Tls;

/// <summary>What clients must show, and against what it is verified; with the words of nginx, by whose directives users of Kong set it.</summary>
public sealed class ClientCertificateRules
{
    private readonly X509Certificate2Collection _authorities = [];

    /// <summary>Loads the authorities.</summary>
    /// <param name="mode">Who must show one.</param>
    /// <param name="authorities">PEM of the authorities (<c>nginx_proxy_ssl_client_certificate</c>).</param>
    /// <param name="depth">How many authorities may stand between the certificate and the one that is trusted (<c>nginx_proxy_ssl_verify_depth</c>).</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The text is no certificate.</exception>
    public ClientCertificateRules(ClientCertificateMode mode, string authorities, int depth)
    {
        (Mode, Depth) = (mode, depth);
        _authorities.ImportFromPem(authorities);
    }

    /// <summary>Who must show one.</summary>
    public ClientCertificateMode Mode { get; }

    /// <summary>How many authorities may stand between.</summary>
    public int Depth { get; }

    /// <summary>Judges what a client has shown.</summary>
    /// <param name="certificate">The certificate, or null.</param>
    /// <param name="sent">The chain that came with it.</param>
    public ClientVerification Judge(X509Certificate2? certificate, X509Chain? sent)
    {
        if (certificate is null)
        {
            return ClientVerification.None;
        }

        if (Mode is ClientCertificateMode.OptionalWithoutAuthority && _authorities.Count is 0)
        {
            return new ClientVerification("FAILED:unable to verify the first certificate", IsVerified: false);
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.2"));
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        if (!chain.Build(certificate))
        {
            return new ClientVerification($"FAILED:{Reason(chain)}", IsVerified: false);
        }

        return chain.ChainElements.Count - 2 > Depth ? new ClientVerification("FAILED:certificate chain too long", IsVerified: false) : ClientVerification.Success;
    }

    /// <summary>Why requests of a client are refused, in nginx's words; null when they are not.</summary>
    /// <param name="verification">What became of the client's certificate.</param>
    public string? Complaint(ClientVerification verification) =>
        verification.IsVerified || Mode is ClientCertificateMode.OptionalWithoutAuthority ? null
        : ReferenceEquals(verification, ClientVerification.None) ? Mode is ClientCertificateMode.On ? "No required SSL certificate was sent" : null
        : "The SSL certificate error";

    private static string Reason(X509Chain chain) => chain.ChainStatus.Select(s => s.Status).FirstOrDefault() switch
    {
        X509ChainStatusFlags.NotTimeValid => "certificate has expired or is not yet valid",
        X509ChainStatusFlags.UntrustedRoot => "self-signed certificate in certificate chain",
        X509ChainStatusFlags.PartialChain => "unable to get local issuer certificate",
        X509ChainStatusFlags.NotSignatureValid => "certificate signature failure",
        X509ChainStatusFlags.NotValidForUsage => "unsuitable certificate purpose",
        var status => status.ToString(),
    };
}

/// <summary>Who must show a certificate.</summary>
public enum ClientCertificateMode
{
    /// <summary>Everybody, and it must be verified.</summary>
    On,

    /// <summary>Nobody, but what is shown must be verified.</summary>
    Optional,

    /// <summary>Nobody, and what is shown may be unknown: upstreams and plugins decide.</summary>
    OptionalWithoutAuthority,
}

/// <summary>What became of a client's certificate.</summary>
/// <param name="Text">As nginx tells it: <c>NONE</c>, <c>SUCCESS</c> or <c>FAILED:</c> with the reason.</param>
/// <param name="IsVerified">Whether it leads to an authority.</param>
public sealed record ClientVerification(string Text, bool IsVerified)
{
    /// <summary>None was shown.</summary>
    public static ClientVerification None { get; } = new("NONE", IsVerified: false);

    /// <summary>It leads to an authority.</summary>
    public static ClientVerification Success { get; } = new("SUCCESS", IsVerified: true);
}
