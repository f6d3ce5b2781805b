using System.Globalization;

namespace Gateway.Plugins.Cors;

/// <summary>A configuration made ready for answering.</summary>
internal sealed class CorsPlan(CorsConfig config)
{
    private readonly OriginRule[] _origins = [.. (config.Origins ?? []).Select(o => new OriginRule(o))];

    /// <summary>The methods that a page may use, as the header names them.</summary>
    public string Methods { get; } = string.Join(',', config.Methods ?? new CorsConfig().Methods!);

    /// <summary>The headers that a page may send; null for those that it asks for.</summary>
    public string? Headers { get; } = Joined(config.Headers);

    /// <summary>The headers that a page may read, or null.</summary>
    public string? Exposed { get; } = Joined(config.ExposedHeaders);

    /// <summary>How long a preflight may be remembered, or null.</summary>
    public string? MaxAge { get; } = config.MaxAge?.ToString(CultureInfo.InvariantCulture);

    /// <summary>What a page's origin is allowed: the value of the header, and whether the answer depends on who asks.</summary>
    public (string? Allowed, bool Varies) Judge(string? page)
    {
        if (_origins is [] or [{ IsAny: true }])
        {
            // A browser takes no star along with credentials, so then the page is named.
            return config.Credentials && page is not null ? (page, true) : ("*", false);
        }

        if (_origins is [{ IsLiteral: true } only])
        {
            return (only.Text, true);
        }

        var origin = page is null ? default : Origin.Read(page);
        var rule = page is null ? null : Array.Find(_origins, o => o.Matches(origin));
        return (rule is { IsAny: true } && !config.Credentials ? "*" : rule is null ? null : page, true);
    }

    /// <summary>Whether credentials are allowed to a page; to no page in particular they are not.</summary>
    public bool AllowsCredentials(string? page) => config.Credentials && (page is not null || _origins is not ([] or [{ IsAny: true }]));

    private static string? Joined(IReadOnlyList<string>? names) => names is { Count: > 0 } ? string.Join(',', names) : null;
}
