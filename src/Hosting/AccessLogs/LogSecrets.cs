namespace Gateway.Hosting.AccessLogs;

/// <summary>Keeps credentials out of access logs: where nginx would write them, three stars stand.</summary>
internal static class LogSecrets
{
    private const string Mask = "***";

    // How the base64 of a JSON object begins, and with it every signed token.
    private const string TokenStart = "eyJ";

    // What clients put credentials into, by the defaults of authentication plugins and by the usage of OAuth.
    private static readonly HashSet<string> _parameters = new(StringComparer.OrdinalIgnoreCase)
    {
        "apikey", "api_key", "api-key", "x-api-key", "key", "token", "access_token", "refresh_token", "id_token", "client_secret", "secret", "password", "passwd", "code", "assertion",
    };

    private static readonly HashSet<string> _headers = new(StringComparer.OrdinalIgnoreCase)
    {
        "authorization", "proxy-authorization", "cookie", "set-cookie", "apikey", "api-key", "x-api-key", "kong-admin-token",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _byName = _parameters.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether the whole value of a header is a secret.</summary>
    /// <param name="name">The header's name.</param>
    public static bool IsSecret(string name) => _headers.Contains(name);

    /// <summary>Writes an address, or what follows a question mark, without the values of parameters that hold credentials.</summary>
    /// <param name="line">Where it is written.</param>
    /// <param name="text">The address.</param>
    /// <param name="query">Where its query begins; behind the end when it has none.</param>
    public static void Write(LogLine line, ReadOnlySpan<char> text, int query)
    {
        while (query < text.Length)
        {
            line.Part(text[..query]);
            text = text[query..];
            var end = text.IndexOf('&');
            var pair = end < 0 ? text : text[..end];
            var equals = pair.IndexOf('=');
            if (equals > 0 && (_byName.Contains(pair[..equals]) || pair[(equals + 1)..].StartsWith(TokenStart, StringComparison.Ordinal)))
            {
                line.Part(pair[..(equals + 1)]);
                line.Part(Mask);
                text = text[pair.Length..];
                pair = [];
            }

            query = end < 0 ? text.Length : pair.Length + 1;
        }

        line.Part(text);
    }

    /// <summary>What stands for a header that is one.</summary>
    public static string Stars => Mask;
}
