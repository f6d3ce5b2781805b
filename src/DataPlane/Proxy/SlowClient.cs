using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>Finds out that a client takes an answer slowly, and sets the upstream free of it.</summary>
internal static class SlowClient
{
    // A client that takes less than 4 MB a second: it has room for 32 KB more each time that it is waited for.
    private static readonly TimeSpan _usual = TimeSpan.FromMilliseconds(8);

    /// <summary>How long a client may take longer than that before its answer goes to a file: what is fast or short never does.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>Waits until the client has room, or until it has been slow for too long; then the rest of the answer goes to a file first.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="writer">Where its answer goes.</param>
    /// <param name="flushing">What the client was given.</param>
    /// <returns>Whether the client is still there.</returns>
    public static async ValueTask<bool> WaitAsync(HttpExchange exchange, PipeWriter writer, ValueTask<FlushResult> flushing)
    {
        if (!exchange.RoutePlan!.ReadsAhead || exchange.Files is not { } files)
        {
            return !(await WithinLimitAsync(exchange, flushing.AsTask())).IsCompleted;
        }

        var (task, began) = (flushing.AsTask(), Stopwatch.GetTimestamp());
        try
        {
            var result = await task.WaitAsync(_patience - exchange.Slowness + _usual);
            exchange.Slowness += Stopwatch.GetElapsedTime(began) - _usual;
            exchange.Slowness = exchange.Slowness < TimeSpan.Zero ? TimeSpan.Zero : exchange.Slowness > _patience ? _patience : exchange.Slowness;
            return !result.IsCompleted;
        }
        catch (TimeoutException)
        {
            if (files.TryOpen() is not { } file)
            {
                exchange.Files = null;
                return !(await WithinLimitAsync(exchange, task)).IsCompleted;
            }

            exchange.Spool = new AnswerSpool(exchange, file, writer);
            exchange.Spool.Begin(task);
            return true;
        }
    }

    /// <summary>Waits until the client has room, but not for ever where it gives none to one of its streams: a connection that takes nothing at all is ended by itself.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="flushing">What the client was given.</param>
    public static async Task<FlushResult> WithinLimitAsync(HttpExchange exchange, Task<FlushResult> flushing)
    {
        if (!flushing.IsCompleted && HttpProtocol.IsHttp2(exchange.Http.Request.Protocol))
        {
            try
            {
                return await flushing.WaitAsync(exchange.SendLimit);
            }
            catch (TimeoutException)
            {
                exchange.Http.Abort();
            }
        }

        return await flushing;
    }
}
