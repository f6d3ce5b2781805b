using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.HmacAuth;

/// <summary>What must be signed, and how.</summary>
public sealed record HmacAuthConfig : IPluginConfig<HmacAuthConfig>
{
    /// <summary>Whether the credential is taken out of the request before it goes upstream.</summary>
    public bool HideCredentials { get; init; }

    /// <summary>How many seconds a client's clock may differ.</summary>
    [GreaterThan(0)] public double? ClockSkew { get; init; } = 300;

    /// <summary>The consumer, by id or username, who stands in when nobody is authenticated; null refuses instead.</summary>
    public string? Anonymous { get; init; }

    /// <summary>Whether the digest of the body is verified.</summary>
    public bool ValidateRequestBody { get; init; }

    /// <summary>Headers that must be signed.</summary>
    public IReadOnlyList<string>? EnforceHeaders { get; init; } = [];

    /// <summary>The algorithms that are accepted.</summary>
    [OneOf("hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512")]
    public IReadOnlyList<string>? Algorithms { get; init; } = ["hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512"];

    /// <summary>The realm that the challenge names.</summary>
    [Shows(Shown.NotRequired)] public string? Realm { get; init; }
}
