using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sync.Mtls;

/// <summary>Asks the authorities of peers whether they revoked their certificates.</summary>
/// <param name="time">The clock.</param>
public sealed class OcspClient(TimeProvider time) : IDisposable
{
    // An answer is a few kilobytes.
    private const int MaxAnswer = 64 * 1024;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        MaxResponseContentBufferSize = MaxAnswer,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Asks the responder that a certificate names.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="issuer">Who signed it.</param>
    /// <param name="pair">Whom this node trusts.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<OcspResult> AskAsync(X509Certificate2 certificate, X509Certificate2 issuer, ClusterPair pair, CancellationToken cancellation)
    {
        var responder = certificate.Extensions.OfType<X509AuthorityInformationAccessExtension>().SelectMany(e => e.EnumerateOcspUris()).FirstOrDefault();
        if (!Uri.TryCreate(responder, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return OcspResult.Useless("its certificate names no OCSP responder");
        }

        using var limit = new CancellationTokenSource(_patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var content = new ByteArrayContent(OcspMessages.Request(certificate, issuer));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/ocsp-request");
            using var response = await _http.PostAsync(url, content, both.Token);
            return response.IsSuccessStatusCode
                ? OcspMessages.Read(await response.Content.ReadAsByteArrayAsync(both.Token), certificate, issuer, pair, time.GetUtcNow())
                : OcspResult.Useless($"the OCSP responder {url} answered with the status {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return OcspResult.Useless($"the OCSP responder {url} does not answer within {_patience.TotalSeconds:0} seconds");
        }
        catch (HttpRequestException e)
        {
            return OcspResult.Useless($"the OCSP responder {url} cannot be asked: {e.Message}");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
