using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.KeyAuth;

/// <summary>Where keys are looked for, and what becomes of them.</summary>
public sealed record KeyAuthConfig : IPluginConfig<KeyAuthConfig>
{
    /// <summary>The names of the header, query parameter or form field that carries the key.</summary>
    [HeaderName] public IReadOnlyList<string> KeyNames { get; init; } = ["apikey"];

    /// <summary>Whether the key is taken out of the request before it goes upstream.</summary>
    public bool HideCredentials { get; init; }

    /// <summary>The consumer, by id or username, who stands in when there is no valid key; null refuses instead.</summary>
    public string? Anonymous { get; init; }

    /// <summary>Whether headers are looked at.</summary>
    public bool KeyInHeader { get; init; } = true;

    /// <summary>Whether query parameters are looked at.</summary>
    public bool KeyInQuery { get; init; } = true;

    /// <summary>Whether the body is looked at.</summary>
    public bool KeyInBody { get; init; }

    /// <summary>Whether the plugin runs on preflight (OPTIONS) requests.</summary>
    public bool RunOnPreflight { get; init; } = true;

    /// <summary>The realm that the challenge names.</summary>
    [Shows(Shown.NotRequired)] public string? Realm { get; init; }
}
