using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>A client of an Admin API.</summary>
internal sealed class AdminApiClient : IDisposable
{
    private const int PageSize = 1000;
    private const int MaxAttempts = 5;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http;
    private readonly string _base;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="target">The Admin API.</param>
    /// <exception cref="ConfigFailure">The file of certificates cannot be read, or a header is not one.</exception>
    public AdminApiClient(AdminApiTarget target)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All };
        if (target.SkipVerify)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => target.SkipVerify;
        }
        else if (target.CaFile is { } file)
        {
            handler.SslOptions.CertificateChainPolicy = Trusting(file);
        }

        _http = new HttpClient(handler) { Timeout = target.Timeout };
        _base = target.Url.AbsoluteUri.TrimEnd('/') + (target.Workspace is { } workspace ? $"/{Uri.EscapeDataString(workspace)}" : "");
        foreach (var (name, value) in target.Headers)
        {
            if (!_http.DefaultRequestHeaders.TryAddWithoutValidation(name, value))
            {
                throw new ConfigFailure($"'{name}' cannot be a header of a request");
            }
        }
    }

    /// <summary>Sends a request and reads the answer, whatever its status.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, below the workspace's.</param>
    /// <param name="body">The body, or null.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="again">Whether it is sent again while the gateway answers that it cannot serve now (503); what only reads always is.</param>
    /// <exception cref="ConfigFailure">No answer came.</exception>
    public async Task<AdminApiAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation, bool again = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await OnceAsync(method, path, body, cancellation);
            if (answer.Status is not (int)HttpStatusCode.ServiceUnavailable || attempt is MaxAttempts || !(again || method == HttpMethod.Get || method == HttpMethod.Options))
            {
                return answer;
            }

            await Task.Delay(_pause * attempt, cancellation);
        }
    }

    private async Task<AdminApiAnswer> OnceAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, _base + path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(Wire.Options), new MediaTypeHeaderValue("application/json"));
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellation);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
            return new AdminApiAnswer((int)response.StatusCode, Json.TryParse(bytes, out var node) ? node : null) { Allow = [.. response.Content.Headers.Allow] };
        }
        catch (HttpRequestException e)
        {
            throw new ConfigFailure($"{_base} cannot be reached: {e.GetBaseException().Message}");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ConfigFailure($"{_base} did not answer {method} {path} within {_http.Timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Reads one resource.</summary>
    public Task<AdminApiAnswer> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, cancellation);

    /// <summary>Reads all pages of a collection; null when the Admin API has no such collection.</summary>
    /// <param name="path">The collection's path.</param>
    /// <param name="tags">The tags that its entities carry, all of them.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ConfigFailure">The Admin API refuses.</exception>
    public async Task<IReadOnlyList<JsonObject>?> ListAsync(string path, IReadOnlyList<string> tags, CancellationToken cancellation)
    {
        var query = $"{path}?size={PageSize}" + (tags.Count > 0 ? $"&tags={string.Join(',', tags.Select(Uri.EscapeDataString))}" : "");
        var rows = new List<JsonObject>();
        string? offset = null;
        do
        {
            var answer = await GetAsync(offset is null ? query : $"{query}&offset={Uri.EscapeDataString(offset)}", cancellation);
            if (answer.Status is (int)HttpStatusCode.NotFound)
            {
                return null;
            }

            if (answer.Body?["data"] is not JsonArray data)
            {
                throw new ConfigFailure($"{_base}{path} answered {answer.Status}: {answer.Message}");
            }

            rows.AddRange(data.OfType<JsonObject>());
            offset = Json.String(answer.Body["offset"]);
        }
        while (offset is not null);
        return rows;
    }

    public void Dispose() => _http.Dispose();

    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new ConfigFailure($"{file}: {e.Message}");
        }

        return policy;
    }
}

/// <summary>What an Admin API answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body, when it is JSON.</param>
internal sealed record AdminApiAnswer(int Status, JsonNode? Body)
{
    /// <summary>Whether it did what was asked.</summary>
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>The methods of the resource, where the answer names them.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>What it said in words.</summary>
    public string Message => Json.String((Body as JsonObject)?["message"]) ?? "no reason given";
}
