using Gateway.PluginSdk;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>What the expressions of templates look at: the request as it came.</summary>
/// <param name="exchange">The request.</param>
internal sealed class TemplateValues(Exchange exchange)
{
    private readonly Dictionary<string, string> _headers = exchange.RequestHeaders.ToDictionary(h => h.Key, h => h.Value[0] ?? string.Empty, StringComparer.OrdinalIgnoreCase);
    private readonly QueryArguments _query = QueryArguments.Parse(exchange.Query);

    /// <summary>The tables that expressions may name.</summary>
    public static IReadOnlyDictionary<string, Func<TemplateValues, IReadOnlyList<string>, string?>> Tables { get; } =
        new Dictionary<string, Func<TemplateValues, IReadOnlyList<string>, string?>>(StringComparer.Ordinal)
        {
            ["headers"] = static (values, keys) => keys is [var name] ? values.Header(name) : null,
            ["query_params"] = static (values, keys) => keys is [var name, ..] ? values.Argument(name, keys.Count > 1 ? keys[1] : "1") : null,
            ["uri_captures"] = static (values, keys) => keys is [var name] ? values.Capture(name) : null,
            // What plugins written in Lua share; there are none here, so nothing is ever in it.
            ["shared"] = static (_, _) => null,
        };

    // A header may be named with underscores, which need no quotes.
    private string? Header(string name) => _headers.GetValueOrDefault(name) ?? _headers.GetValueOrDefault(name.Replace('_', '-'));

    private string? Argument(string name, string number) =>
        int.TryParse(number, out var at) && _query[name] is { } values && at > 0 && at <= values.Count ? values[at - 1] ?? "true" : null;

    private string? Capture(string name) => exchange.Captures.GetValueOrDefault(name);
}
