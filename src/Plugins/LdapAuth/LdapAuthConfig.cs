using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.LdapAuth;

/// <summary>Which directory is asked, and how.</summary>
public sealed record LdapAuthConfig : IPluginConfig<LdapAuthConfig>
{
    /// <summary>The directory's host.</summary>
    [Host] public required string LdapHost { get; init; }

    /// <summary>The directory's port.</summary>
    [Port] public int LdapPort { get; init; } = 389;

    /// <summary>Whether the connection is TLS from its beginning.</summary>
    public bool Ldaps { get; init; }

    /// <summary>Whether the connection becomes TLS.</summary>
    public bool StartTls { get; init; }

    /// <summary>Whether the directory's certificate is verified.</summary>
    public bool VerifyLdapHost { get; init; }

    /// <summary>The name below which people are found.</summary>
    public required string BaseDn { get; init; }

    /// <summary>The attribute that holds a person's name.</summary>
    public required string Attribute { get; init; }

    /// <summary>How many seconds an answer is remembered.</summary>
    public double CacheTtl { get; init; } = 60;

    /// <summary>Whether the credential is taken out of the request before it goes upstream.</summary>
    public bool HideCredentials { get; init; }

    /// <summary>How long the directory may take, in milliseconds.</summary>
    public double? Timeout { get; init; } = 10000;

    /// <summary>How long an idle connection is kept, in milliseconds.</summary>
    public double? Keepalive { get; init; } = 60000;

    /// <summary>The consumer, by id or username, who stands in when nobody is authenticated; null refuses instead.</summary>
    public string? Anonymous { get; init; }

    /// <summary>The scheme of the Authorization header.</summary>
    public string? HeaderType { get; init; } = "ldap";

    /// <summary>The realm that the challenge names.</summary>
    [Shows(Shown.NotRequired)] public string? Realm { get; init; }

    static IReadOnlyList<Check> IDeclared<LdapAuthConfig>.Checks =>
    [
        When<LdapAuthConfig>.Field(c => c.Ldaps).Is(true)
            .Then(c => c.StartTls, Matcher.Of(new EqualRule(false)), "'ldaps' and 'start_tls' cannot be enabled simultaneously"),
    ];
}
