using Gateway.Schema;

namespace Gateway.Plugins.BasicAuth;

/// <summary>Who stands in for those without a valid name and password, and how they are asked for one.</summary>
public sealed record BasicAuthConfig : IPluginConfig<BasicAuthConfig>
{
    /// <summary>The consumer, by id or username, who stands in when there is no valid name and password; null refuses instead.</summary>
    public string? Anonymous { get; init; }

    /// <summary>Whether the name and password are taken out of the request before it goes upstream.</summary>
    public bool HideCredentials { get; init; }

    /// <summary>The realm that the challenge names.</summary>
    public string Realm { get; init; } = "service";
}
