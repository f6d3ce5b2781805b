using Gateway.Sync;
using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Clustering;

/// <summary>A data plane as the control plane knows it at one moment.</summary>
public sealed record DataPlane
{
    /// <summary>Its node id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its host name.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>The address that it connected from.</summary>
    public string Ip { get; init; } = "";

    /// <summary>Its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>When it last gave a sign of life.</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>When its row was last written.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The hash of the configuration that it uses.</summary>
    public string ConfigHash { get; init; } = ConfigHashes.Zeros;

    /// <summary>Whether it can take the configuration.</summary>
    public SyncStatus SyncStatus { get; init; }

    /// <summary>Its operator's labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>When the certificate that it presented ends.</summary>
    public DateTimeOffset? CertificateExpiry { get; init; }

    /// <summary>The remote calls that it answers.</summary>
    public IReadOnlyList<string> RpcCapabilities { get; init; } = [];

    /// <summary>When it is forgotten, unless it is seen again.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>Whether it is connected to this control plane node.</summary>
    public bool Connected { get; init; }

    /// <summary>Why it is not sent the newest configuration; null when it is.</summary>
    public string? Problem { get; init; }

    /// <summary>What it does not get of the newest configuration, being too old for it.</summary>
    public IReadOnlyList<string> Losses { get; init; } = [];

    /// <summary>Why it could not use a configuration that it was sent, in its own words; null when it could.</summary>
    public string? Rejection { get; init; }

    /// <summary>The same, by entity and field, where the plane tells.</summary>
    public ConfigRejection? Reported { get; init; }

    /// <summary>The plugins that it has.</summary>
    public IReadOnlyList<PluginVersion> Plugins { get; init; } = [];

    /// <summary>The certificate that it presented; null when another node holds its connection.</summary>
    public PlaneCertificate? Certificate { get; init; }

    /// <summary>What changes with every change that a viewer can see.</summary>
    internal (DateTimeOffset Updated, DateTimeOffset Seen, bool Connected, string? Rejection) Revision => (UpdatedAt, LastSeen, Connected, Rejection);
}
