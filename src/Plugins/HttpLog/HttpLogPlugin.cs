using System.Net.Http.Headers;
using System.Text;
using Gateway.Plugins.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;

namespace Gateway.Plugins.HttpLog;

/// <summary>Sends log entries to an HTTP server.</summary>
[Plugin("http-log", Priority = 12, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class HttpLogPlugin : ILog<HttpLogConfig>, IStreamLog<HttpLogConfig>, IDisposable
{
    private readonly HttpClient _http;
    private readonly LogSinks<HttpLogConfig> _sinks;

    /// <summary>Makes the plugin.</summary>
    /// <param name="queues">The queues of the node.</param>
    /// <param name="outgoing">How TLS is spoken with the server.</param>
    public HttpLogPlugin(BatchQueues queues, OutgoingTls outgoing)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), SslOptions = outgoing.Create() };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _sinks = new(queues, static c => $"http-log {new Uri(c.HttpEndpoint).GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}", static c => c.Queue.Or(c.QueueSize, c.FlushTimeout), SendAsync);
    }

    /// <inheritdoc/>
    public void Log(Exchange exchange, HttpLogConfig config) => _sinks.Add(exchange, config);

    /// <inheritdoc/>
    public void Log(StreamSession session, HttpLogConfig config) => _sinks.Add(session, config);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<string?> SendAsync(HttpLogConfig config, IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMilliseconds(config.Timeout ?? 10_000));
        var url = new Uri(config.HttpEndpoint);
        using var request = new HttpRequestMessage(HttpMethod.Parse(config.Method ?? "POST"), url) { Content = new ByteArrayContent(Body(config, entries)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(config.ContentType ?? "application/json");
        if (url.UserInfo.Length > 0)
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
        }

        foreach (var (name, value) in config.Headers ?? new Dictionary<string, string>())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return (int)answer.StatusCode < 300 ? null : $"the server answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            return e.GetBaseException().Message;
        }
    }

    /// <summary>One entry as an object; several, or what could be several, as a list.</summary>
    private static byte[] Body(HttpLogConfig config, IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        if ((config.Queue.Or(config.QueueSize, config.FlushTimeout).MaxBatchSize ?? 1) is 1)
        {
            return entries[0].ToArray();
        }

        using var body = new MemoryStream();
        foreach (var entry in entries)
        {
            body.WriteByte((byte)(body.Length is 0 ? '[' : ','));
            body.Write(entry.Span);
        }

        body.WriteByte((byte)']');
        return body.ToArray();
    }
}
