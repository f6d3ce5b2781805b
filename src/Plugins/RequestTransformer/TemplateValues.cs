using Gateway.PluginSdk;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>What the expressions of templates look at: the request as it came.</summary>
/// <param name="exchange">The request.</param>
internal sealed class TemplateValues(Exchange exchange)
{
    private readonly Dictionary<string, string> _headers = exchange.RequestHeaders.ToDictionary(h => h.Key, h => h.Value[0] ?? string.Empty, StringComparer.OrdinalIgnoreCase);
    private readonly QueryArguments _query = QueryArguments.Parse(exchange.Query);

    /// <summary>Why a template has no value for this request, or null: what Lua would raise an error for.</summary>
    public string? Problem { get; private set; }

    /// <summary>The tables that expressions may name.</summary>
    public static IReadOnlyDictionary<string, Func<TemplateValues, IReadOnlyList<string>, string?>> Tables { get; } =
        new Dictionary<string, Func<TemplateValues, IReadOnlyList<string>, string?>>(StringComparer.Ordinal)
        {
            ["headers"] = static (values, keys) => values.Within(values.Header(keys[0]), keys),
            ["query_params"] = static (values, keys) => keys.Count is 1 ? values.Argument(keys[0], "1") : values.Within(values.Argument(keys[0], "1"), keys, values.Argument(keys[0], keys[1])),
            ["uri_captures"] = static (values, keys) => values.Within(values.Capture(keys[0]), keys),
            // What plugins written in Lua share; there are none here, so nothing is ever in it.
            ["shared"] = static (values, keys) => values.Within(null, keys),
        };

    /// <summary>Two texts as one; there is no text that ends in nothing.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    public string? Join(string? left, string? right)
    {
        if (left is null || right is null)
        {
            Problem ??= "what is not there is joined to a text";
            return null;
        }

        return left + right;
    }

    /// <summary>A value, or what is within it; there is nothing to look for in what is not there.</summary>
    private string? Within(string? value, IReadOnlyList<string> keys, string? inner = null)
    {
        if (keys.Count > 1 && value is null)
        {
            Problem ??= $"'{keys[1]}' is looked for in '{keys[0]}', which is not there";
        }

        return keys.Count is 1 ? value : inner;
    }

    // A header may be named with underscores, which need no quotes.
    private string? Header(string name) => _headers.GetValueOrDefault(name) ?? _headers.GetValueOrDefault(name.Replace('_', '-'));

    private string? Argument(string name, string number) =>
        int.TryParse(number, out var at) && _query[name] is { } values && at > 0 && at <= values.Count ? values[at - 1] ?? "true" : null;

    private string? Capture(string name) => exchange.Captures.GetValueOrDefault(name);
}
