namespace Gateway.DataPlane.Upstreams;

/// <summary>How connections to upstreams are made; services with an equal profile share their idle connections.</summary>
/// <param name="ConnectTimeout">How long connecting may take.</param>
/// <param name="Verify">Whether the upstream's certificate is verified.</param>
/// <param name="Authorities">The PEM of the authorities it is verified against; empty for the system's.</param>
/// <param name="ClientCertificate">The PEM of certificate and key shown to the upstream, or null.</param>
internal sealed record ConnectionProfile(TimeSpan ConnectTimeout, bool Verify, string Authorities, string? ClientCertificate)
{
    /// <summary>How many authorities may stand between the upstream's certificate and the one that is trusted.</summary>
    public int VerifyDepth { get; init; } = int.MaxValue;

    /// <summary>The server name of TLS handshakes; null for the request's Host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether connections are used for more than one request.</summary>
    public bool KeepsAlive { get; init; } = true;
}
