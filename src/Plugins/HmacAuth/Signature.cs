using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Plugins.HmacAuth;

/// <summary>What a client shows in a header of the scheme <c>hmac</c> (draft-cavage-http-signatures-00, with Kong's names).</summary>
/// <param name="Username">Whose secret it is made with.</param>
/// <param name="Algorithm">The algorithm, such as <c>hmac-sha256</c>.</param>
/// <param name="Headers">The names of what is signed, in their order.</param>
/// <param name="Value">The signature's bytes.</param>
internal sealed partial record Signature(string Username, string Algorithm, IReadOnlyList<string> Headers, byte[] Value)
{
    /// <summary>Reads a header; null when it is of another scheme or broken.</summary>
    public static Signature? Read(string? header)
    {
        if (header is null || Form().Match(header) is not { Success: true } match)
        {
            return null;
        }

        var encoded = match.Groups[4].Value;
        var bytes = new byte[(encoded.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(encoded, bytes, out var length)
            ? new Signature(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries), bytes[..length])
            : null;
    }

    /// <summary>Whether it signs what a configuration asks for, in a way that the configuration accepts.</summary>
    public bool Fits(HmacAuthConfig config) =>
        (config.Algorithms ?? []).Contains(Algorithm) && (config.EnforceHeaders ?? []).All(h => Headers.Contains(h, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether it was made of a request with a secret; the comparison takes the same time whatever is wrong.</summary>
    public bool IsBy(string secret, Exchange exchange)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        var text = Encoding.UTF8.GetBytes(TextOf(exchange));
#pragma warning disable CA5350 // The configuration decides which algorithms are good enough.
        byte[] expected = Algorithm switch
        {
            "hmac-sha1" => HMACSHA1.HashData(key, text),
            "hmac-sha384" => HMACSHA384.HashData(key, text),
            "hmac-sha512" => HMACSHA512.HashData(key, text),
            _ => HMACSHA256.HashData(key, text),
        };
#pragma warning restore CA5350
        return CryptographicOperations.FixedTimeEquals(expected, Value);
    }

    /// <summary>The text that is signed: a line for each header, and the request's own line where it is named.</summary>
    private string TextOf(Exchange exchange)
    {
        var request = exchange.Http.Request;
        var target = exchange.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return string.Join('\n', Headers.Select(name =>
            exchange.RequestHeaders.TryGetValue(name, out var value) && value.Count > 0 ? $"{name}: {value[0]}"
            : name is "@request-target" ? $"{name}: {request.Method.ToLowerInvariant()} {target}"
            : name is "request-line" ? $"{request.Method} {target} HTTP/{(request.Protocol is "HTTP/1.0" ? "1.0" : request.Protocol is "HTTP/2" ? "2.0" : "1.1")}"
            : name + ":"));
    }

    [GeneratedRegex("^\\s*[Hh]mac\\s+username=\"([^\"]+)\",\\s*algorithm=\"([^\"]+)\",\\s*headers=\"([^\"]+)\",\\s*signature=\"([^\"]+)\"")]
    private static partial Regex Form();
}
