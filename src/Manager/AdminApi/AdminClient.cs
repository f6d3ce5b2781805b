using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Manager.AdminApi;

/// <summary>The only door to the Admin API: everything that the Manager knows or changes passes here.</summary>
public sealed partial class AdminClient(HttpClient http, ILogger<AdminClient> logger)
{
    /// <summary>The address of the Admin API, without a trailing slash.</summary>
    public string Address => http.BaseAddress!.ToString().TrimEnd('/');

    /// <summary>Checks an administrator's name and password; the answer is the status of <c>GET /auth</c>, or 0.</summary>
    /// <param name="name">The name.</param>
    /// <param name="password">The password.</param>
    /// <param name="client">Who asks: failed attempts are counted by the browser's address, not by the Manager's.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<int> CheckAsync(string name, string password, IPAddress? client, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "auth");
        if (client is not null)
        {
            request.Headers.Add("X-Forwarded-For", client.ToString());
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        return (await SendAsync(request, cancellation)).Status;
    }

    /// <summary>Reads one resource.</summary>
    /// <param name="path">The path, relative to the Admin API's root.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<AdminAnswer> GetAsync(string path, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, cancellation);
    }

    /// <summary>Creates, updates or validates with a JSON body.</summary>
    public async Task<AdminAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        return await SendAsync(request, cancellation);
    }

    /// <summary>Deletes one resource.</summary>
    public Task<AdminAnswer> DeleteAsync(string path, CancellationToken cancellation = default) => SendAsync(HttpMethod.Delete, path, null, cancellation);

    /// <summary>Opens an endless answer of server-sent events.</summary>
    /// <param name="path">The path of the feed.</param>
    /// <param name="cancellation">Ends the wait for the head of the answer.</param>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private async Task<AdminAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            using var response = await http.SendAsync(request, timeout.Token);
            var text = await response.Content.ReadAsStringAsync(timeout.Token);
            return new AdminAnswer((int)response.StatusCode, Parse(text));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            Log.Unreachable(logger, request.Method.Method, request.RequestUri?.ToString(), failure.Message);
            return new AdminAnswer(0, null);
        }
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} got no answer from the Admin API: {Reason}")]
        public static partial void Unreachable(ILogger logger, string method, string? path, string reason);
    }
}

internal static class AdminClientServices
{
    public static void AddAdminClient(this IServiceCollection services, ManagerOptions options)
    {
        services.AddSingleton(_ => new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            UseCookies = false,
            AllowAutoRedirect = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, errors) => errors is SslPolicyErrors.None || IsOwn(shown, options) },
        })
        {
            BaseAddress = new Uri(options.AdminApiUrl.ToString().TrimEnd('/') + "/"),
            // Feeds are endless; every other call brings its own limit.
            Timeout = Timeout.InfiniteTimeSpan,
        });
        services.AddSingleton<AdminClient>();
        services.AddSingleton<EntityLists>();
        services.AddSingleton<Components.Pages.OverviewReader>();
    }

    // The node's own Admin API is reached by an address, and its certificate is often self-signed: it is known by its bytes.
    private static bool IsOwn(X509Certificate? shown, ManagerOptions options) =>
        shown is not null && options.AdminApiCertificate is { } own && shown.GetRawCertData().AsSpan().SequenceEqual(own.RawData);
}
