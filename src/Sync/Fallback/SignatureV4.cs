using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Sync.Fallback;

/// <summary>Signs requests as AWS' Signature Version 4 describes; what is signed is everything that the request carries by then.</summary>
/// <param name="id">The id of the access key.</param>
/// <param name="secret">The secret of the access key.</param>
/// <param name="token">The token of a session, or null.</param>
/// <param name="region">The region.</param>
/// <param name="service">The service, such as <c>s3</c>.</param>
public sealed class SignatureV4(string id, string secret, string? token, string region, string service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Adds the headers of the signature.</summary>
    /// <param name="request">The request, whole but for them; its query must be empty.</param>
    /// <param name="content">Its body.</param>
    /// <param name="now">The moment.</param>
    public void Sign(HttpRequestMessage request, ReadOnlySpan<byte> content, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/{region}/{service}/aws4_request";
        var body = Convert.ToHexStringLower(SHA256.HashData(content));
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", body);
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        if (token is { Length: > 0 })
        {
            request.Headers.TryAddWithoutValidation("x-amz-security-token", token);
        }

        var uri = request.RequestUri!;
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = uri.IsDefaultPort ? uri.Host : $"{uri.Host}:{uri.Port}" };
        foreach (var (name, values) in request.Headers)
        {
            headers[name.ToLowerInvariant()] = string.Join(',', values).Trim();
        }

        var names = string.Join(';', headers.Keys);
        var canonical = string.Join('\n', request.Method.Method, uri.AbsolutePath, "", string.Concat(headers.Select(h => $"{h.Key}:{h.Value}\n")), names, body);
        var text = string.Join('\n', Algorithm, time, scope, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={id}/{scope},SignedHeaders={names},Signature={signature}");
    }
}
