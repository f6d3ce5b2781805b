using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Answers a request with server-sent events.</summary>
internal sealed class EventStream(HttpContext http) : IDisposable
{
    // A stream must not keep the server from stopping.
    private readonly CancellationTokenSource _ended = CancellationTokenSource.CreateLinkedTokenSource(
        http.RequestAborted, http.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default);

    /// <summary>Signals that nobody listens any more.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Runs a feed until it, the listener or the server ends.</summary>
    public static async Task RunAsync(HttpContext http, Func<EventStream, Task> feed)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        using var stream = new EventStream(http);
        try
        {
            await feed(stream);
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && stream.Ended.IsCancellationRequested))
        {
            // That is how all of them end.
        }
    }

    /// <summary>Sends one event.</summary>
    public async Task SendAsync(string name, string json)
    {
        await http.Response.WriteAsync($"event: {name}\ndata: {json}\n\n", Ended);
        await http.Response.Body.FlushAsync(Ended);
    }

    /// <summary>Sends a comment, by which a listener that is gone is noticed.</summary>
    public async Task SendCommentAsync()
    {
        await http.Response.WriteAsync(":\n\n", Ended);
        await http.Response.Body.FlushAsync(Ended);
    }

    public void Dispose()
    {
        // Whoever watches for this listener stops watching, however the feed ended.
        _ended.Cancel();
        _ended.Dispose();
    }
}
