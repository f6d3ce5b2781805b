namespace Gateway.Sync.Mtls;

/// <summary>How the planes of a cluster know each other (<c>cluster_mtls</c>).</summary>
public enum ClusterMode
{
    /// <summary>All have the same certificate.</summary>
    Shared,

    /// <summary>Each has its own, signed by an authority that all trust.</summary>
    Pki,

    /// <summary>As <see cref="Pki"/>, and the data plane's common name must be an allowed one.</summary>
    PkiCheckCn,
}

/// <summary>Whether a control plane asks the authority if a data plane's certificate was revoked (<c>cluster_ocsp</c>).</summary>
public enum OcspMode
{
    /// <summary>It does not ask.</summary>
    Off,

    /// <summary>It asks, and refuses the plane when the certificate was revoked or nobody knows.</summary>
    On,

    /// <summary>It asks, and refuses the plane only when the certificate was revoked.</summary>
    Optional,
}
