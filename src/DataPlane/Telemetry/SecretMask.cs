using System.Buffers;
using System.Text;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Writes the target of a request so that people may see it: no value of the query, and no part of the path that looks like a secret.</summary>
internal static class SecretMask
{
    private const string Mask = "***";
    private const int Longest = 256;

    // A word or a number of a path is shorter, an id of a resource is a UUID; a key, a token or a session is neither.
    private const int LongestWord = 24;

    private static readonly SearchValues<char> _tokens = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~+=%");

    /// <summary>The path with the names of the query.</summary>
    /// <param name="path">The path as the client sent it.</param>
    /// <param name="query">The query without its question mark, or null.</param>
    public static string Target(string path, string? query)
    {
        var text = new StringBuilder().AppendJoin('/', path.Split('/').Select(s => IsSecret(s) ? Mask : s));
        var separator = '?';
        foreach (var part in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals];
            text.Append(separator).Append(IsSecret(name) ? Mask : name).Append(equals < 0 ? "" : "=" + Mask);
            separator = '&';
        }

        return text.Length > Longest ? text.ToString(0, Longest) + "…" : text.ToString();
    }

    private static bool IsSecret(string segment) => segment.Length > LongestWord && !segment.AsSpan().ContainsAnyExcept(_tokens)
        && !Guid.TryParse(segment, out _) && (segment.Any(char.IsAsciiDigit) || segment.Count(char.IsAsciiLetterUpper) > 3);
}
