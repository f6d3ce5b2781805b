using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Sync.Fallback;

/// <summary>A bucket of an S3-compatible store; two calls of its interface are all that is needed of it.</summary>
public sealed class S3Storage : FallbackStorage, IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    // Names of the store's own interface, and the headers that carry them.
    private static readonly Dictionary<string, string> _headers = new(StringComparer.Ordinal)
    {
        ["ACL"] = "x-amz-acl",
        ["BucketKeyEnabled"] = "x-amz-server-side-encryption-bucket-key-enabled",
        ["ExpectedBucketOwner"] = "x-amz-expected-bucket-owner",
        ["ServerSideEncryption"] = "x-amz-server-side-encryption",
        ["SSEKMSKeyId"] = "x-amz-server-side-encryption-aws-kms-key-id",
        ["StorageClass"] = "x-amz-storage-class",
        ["Tagging"] = "x-amz-tagging",
    };

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }) { Timeout = _patience };
    private readonly Uri _base;
    private readonly SignatureV4 _signature;
    private readonly IReadOnlyDictionary<string, string> _putHeaders;

    private S3Storage(Uri address, string place, string version, SignatureV4 signature, IReadOnlyDictionary<string, string> putHeaders)
        : base(version) => (_base, Place, _signature, _putHeaders) = (address, place, signature, putHeaders);

    /// <inheritdoc />
    public override string Place { get; }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    internal static S3Storage? Open(string bucket, string prefix, string version, Func<string, string?> environment, string? putObject, out string? error)
    {
        if (environment("AWS_ACCESS_KEY_ID") is not { Length: > 0 } id || environment("AWS_SECRET_ACCESS_KEY") is not { Length: > 0 } secret)
        {
            error = "needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment";
            return null;
        }

        if (!TryReadHeaders(putObject, out var headers, out error))
        {
            return null;
        }

        var region = environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION") ?? "us-east-1";
        // A store of one's own knows the bucket by the path; for the original's, names of hosts are what it wants.
        var root = environment("AWS_CONFIG_STORAGE_ENDPOINT") is { Length: > 0 } endpoint ? $"{endpoint.TrimEnd('/')}/{bucket}" : $"https://{bucket}.s3.{region}.amazonaws.com";
        if (!Uri.TryCreate($"{root}/{(prefix.Length > 0 ? prefix + "/" : "")}", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            error = $"AWS_CONFIG_STORAGE_ENDPOINT must be the URL of an S3-compatible store, got '{environment("AWS_CONFIG_STORAGE_ENDPOINT")}'";
            return null;
        }

        return new S3Storage(address, $"s3://{bucket}/{prefix}", version, new SignatureV4(id, secret, environment("AWS_SESSION_TOKEN"), region, "s3"), headers);
    }

    /// <inheritdoc />
    protected override async Task PutAsync(string name, byte[] content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(_base, name)) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (header, value) in _putHeaders)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        using var response = await SendAsync(request, content, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw await FailureAsync(request, response, cancellation);
        }
    }

    /// <inheritdoc />
    protected override async Task<byte[]?> GetAsync(string name, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_base, name));
        using var response = await SendAsync(request, [], cancellation);
        return response.StatusCode is HttpStatusCode.NotFound ? null
            : response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(cancellation)
            : throw await FailureAsync(request, response, cancellation);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, byte[] content, CancellationToken cancellation)
    {
        _signature.Sign(request, content, DateTimeOffset.UtcNow);
        try
        {
            return await _http.SendAsync(request, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new IOException($"{_base.Authority} cannot be reached: {e.Message}", e);
        }
    }

    // The store says in XML what is wrong; the code in it is what people search for.
    private static async Task<IOException> FailureAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        var (start, end) = (text.IndexOf("<Code>", StringComparison.Ordinal), text.IndexOf("</Code>", StringComparison.Ordinal));
        var code = start >= 0 && end > start ? $" ({new string([.. text[(start + 6)..end].Where(char.IsAsciiLetterOrDigit)])})" : "";
        return new IOException($"{request.RequestUri!.Authority} answers {request.Method} with {(int)response.StatusCode}{code}");
    }

    private static bool TryReadHeaders(string? putObject, out Dictionary<string, string> headers, out string? error)
    {
        (headers, error) = ([], null);
        if (string.IsNullOrWhiteSpace(putObject))
        {
            return true;
        }

        try
        {
            foreach (var (name, value) in JsonNode.Parse(putObject) as JsonObject ?? throw new JsonException())
            {
                if (!_headers.TryGetValue(name, out var header) || value is not JsonValue)
                {
                    error = $"cluster_fallback_export_s3_config: '{name}' is not supported ({string.Join(", ", _headers.Keys.Order(StringComparer.Ordinal))})";
                    return false;
                }

                headers[header] = value.ToString();
            }

            return true;
        }
        catch (JsonException)
        {
            error = "cluster_fallback_export_s3_config must be a JSON object";
            return false;
        }
    }
}
