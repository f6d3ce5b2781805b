using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Redirect;

/// <summary>Where clients are sent.</summary>
public sealed record RedirectConfig : IPluginConfig<RedirectConfig>
{
    /// <summary>The status of the answer.</summary>
    [Between(100, 599)] public int StatusCode { get; init; } = 301;

    /// <summary>The URL.</summary>
    [Url] public required string Location { get; init; }

    /// <summary>Whether the path and query of the request are put at the URL's end.</summary>
    public bool? KeepIncomingPath { get; init; } = false;
}
