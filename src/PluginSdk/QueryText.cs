namespace Gateway.PluginSdk;

/// <summary>Reads and shortens a query or a form as it stands, without rewriting what it leaves in.</summary>
public static class QueryText
{
    /// <summary>The values of an argument; one without a value counts as none.</summary>
    /// <param name="query">The query without its question mark, or null.</param>
    /// <param name="name">The argument's name, decoded.</param>
    public static IReadOnlyList<string> Values(string? query, string name)
    {
        List<string>? values = null;
        foreach (var range in (query ?? string.Empty).AsSpan().Split('&'))
        {
            var pair = query.AsSpan()[range];
            var equals = pair.IndexOf('=');
            if (equals >= 0 && Decode(pair[..equals]) == name)
            {
                (values ??= []).Add(Decode(pair[(equals + 1)..]));
            }
        }

        return values ?? (IReadOnlyList<string>)[];
    }

    /// <summary>The query without an argument.</summary>
    /// <param name="query">The query without its question mark.</param>
    /// <param name="name">The argument's name, decoded.</param>
    public static string Without(string query, string name) =>
        string.Join('&', query.Split('&').Where(pair => Decode(pair.AsSpan(0, pair.IndexOf('=', StringComparison.Ordinal) is var end and >= 0 ? end : pair.Length)) != name));

    private static string Decode(ReadOnlySpan<char> text) =>
        text.ContainsAny('%', '+') ? Uri.UnescapeDataString(text.ToString().Replace('+', ' ')) : text.ToString();
}
