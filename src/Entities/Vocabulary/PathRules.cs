using System.Buffers;

namespace Gateway.Entities;

/// <summary>What paths may look like, and their normal form (RFC 3986, section 6.2.2, with merged slashes).</summary>
public static class PathRules
{
    private const string Reserved = "!*'();:@&=+$,/?%#[]";
    private static readonly SearchValues<char> _allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/@!$&'()*+,;=%");

    /// <summary>Judges the characters and percent-encodings of a path.</summary>
    /// <param name="path">The path.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Characters(string path) => path.AsSpan().ContainsAnyExcept(_allowed)
        ? $"invalid path: '{path}' (characters outside of the reserved list of RFC 3986 found)"
        : Encoding(path);

    /// <summary>Judges a route's path: a normalised prefix, or <c>~</c> and a regular expression.</summary>
    /// <param name="path">The path.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? RoutePath(string path)
    {
        if (!path.StartsWith('~'))
        {
            if (Encoding(path) is { } error)
            {
                return error;
            }

            var normal = Normalize(path);
            return normal == path ? null : $"non-normalized path, consider use '{normal}' instead";
        }

        return RegexSyntax.Judge(path[1..]) ?? Encoding(path);
    }

    /// <summary>The normal form of a path: unreserved octets decoded, dot segments removed, slashes merged.</summary>
    /// <param name="path">The path, percent-encoded.</param>
    public static string Normalize(string path)
    {
        var bytes = Unescape(System.Text.Encoding.UTF8.GetBytes(path));
        var output = new List<byte>(bytes.Count);
        var segments = Split(bytes);
        for (var i = 0; i < segments.Count; i++)
        {
            var (start, length) = segments[i];
            var last = i == segments.Count - 1;
            if (length is 0 && !last)
            {
                continue;
            }

            var dots = length is 1 && bytes[start] is (byte)'.' ? 1 : length is 2 && bytes[start] is (byte)'.' && bytes[start + 1] is (byte)'.' ? 2 : 0;
            if (dots is 2)
            {
                var slash = output.LastIndexOf((byte)'/');
                output.RemoveRange(Math.Max(slash, 0), output.Count - Math.Max(slash, 0));
            }

            if (dots is 0)
            {
                output.Add((byte)'/');
                output.AddRange(bytes.GetRange(start, length));
            }
            else if (last)
            {
                output.Add((byte)'/');
            }
        }

        return output.Count is 0 ? "/" : System.Text.Encoding.UTF8.GetString([.. output]);
    }

    private static List<(int Start, int Length)> Split(List<byte> bytes)
    {
        var segments = new List<(int, int)>();
        var start = bytes.Count > 0 && bytes[0] is (byte)'/' ? 1 : 0;
        for (var i = start; i <= bytes.Count; i++)
        {
            if (i == bytes.Count || bytes[i] is (byte)'/')
            {
                segments.Add((start, i - start));
                start = i + 1;
            }
        }

        return segments;
    }

    private static List<byte> Unescape(byte[] bytes)
    {
        var output = new List<byte>(bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] is not (byte)'%' || i + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[i + 1]) || !char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                output.Add(bytes[i]);
                continue;
            }

            var value = Convert.FromHexString([(char)bytes[i + 1], (char)bytes[i + 2]])[0];
            if (Reserved.Contains((char)value, StringComparison.Ordinal))
            {
                output.AddRange([(byte)'%', (byte)char.ToUpperInvariant((char)bytes[i + 1]), (byte)char.ToUpperInvariant((char)bytes[i + 2])]);
            }
            else
            {
                output.Add(value);
            }

            i += 2;
        }

        return output;
    }

    private static string? Encoding(string path)
    {
        for (var i = path.IndexOf('%', StringComparison.Ordinal); i >= 0; i = path.IndexOf('%', i + 1))
        {
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
            {
                return $"invalid url-encoded value: '{path[i..Math.Min(i + 3, path.Length)]}'";
            }
        }

        return null;
    }
}
