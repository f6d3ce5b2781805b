using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Acme;

/// <summary>Which authority issues certificates, for which domains, and where they are kept.</summary>
public sealed record AcmeConfig : IPluginConfig<AcmeConfig>
{
    /// <summary>The account's address at the authority.</summary>
    [Match("%w*%p*@+%w*%.?%w*"), Encrypted, Referenceable] public required string AccountEmail { get; init; }

    /// <summary>The key of an account that exists already.</summary>
    [Shows(Shown.NotRequired)] public AcmeAccountKey? AccountKey { get; init; }

    /// <summary>The authority's directory.</summary>
    [Url] public string? ApiUri { get; init; } = "https://acme-v02.api.letsencrypt.org/directory";

    /// <summary>Whether the authority's terms of service are accepted.</summary>
    public bool? TosAccepted { get; init; } = false;

    /// <summary>The key id of an external account binding.</summary>
    [Encrypted, Referenceable] public string? EabKid { get; init; }

    /// <summary>The key of an external account binding, base64url.</summary>
    [Encrypted, Referenceable] public string? EabHmacKey { get; init; }

    /// <summary>The kind of key of the certificates.</summary>
    [OneOf("rsa", "ecc")] public string? CertType { get; init; } = "rsa";

    /// <summary>The size of RSA keys, in bits.</summary>
    [OneOf(2048, 3072, 4096)] public double? RsaKeySize { get; init; } = 4096;

    /// <summary>How many days before its end a certificate is renewed.</summary>
    public double? RenewThresholdDays { get; init; } = 14;

    /// <summary>The domains that certificates are asked for; a name may begin or end with a wildcard.</summary>
    [RouteHost] public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>Whether certificates are asked for every domain, whatever the list says.</summary>
    public bool? AllowAnyDomain { get; init; } = false;

    /// <summary>How many minutes pass before a domain is tried again after a failure.</summary>
    public double? FailBackoffMinutes { get; init; } = 5;

    /// <summary>Where certificates and challenges are kept.</summary>
    [OneOf("kong", "shm", "redis", "consul", "vault")] public string? Storage { get; init; } = "shm";

    /// <summary>The settings of the storages.</summary>
    public AcmeStorage StorageConfig { get; init; } = new();

    /// <summary>The name of the issuer whose chain is preferred, when the authority offers several.</summary>
    public string? PreferredChain { get; init; }

    /// <summary>Whether an IPv4 address may be a certificate's common name.</summary>
    public bool? EnableIpv4CommonName { get; init; } = true;

    static IReadOnlyList<Check> IPluginConfig<AcmeConfig>.PluginChecks =>
    [
        When<AcmeConfig>.Field(c => c.ApiUri).IsAnyOf("https://acme-v02.api.letsencrypt.org", "https://acme-staging-v02.api.letsencrypt.org")
            .Then(c => c.TosAccepted, Matcher.Of(new EqualRule(true)), "terms of service must be accepted, see https://letsencrypt.org/repository/"),
        When<AcmeConfig>.Field(c => c.Storage).Is("redis").ThenRequired(c => c.StorageConfig.Redis.Host),
        When<AcmeConfig>.Field(c => c.Storage).Is("redis").ThenRequired(c => c.StorageConfig.Redis.Port),
        new CustomCheck(["config.storage"], static _ => null),
    ];
}
