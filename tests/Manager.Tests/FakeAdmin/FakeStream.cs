using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manager.Tests.FakeAdmin;

/// <summary>One feed of server-sent events, which tests push into and break.</summary>
public sealed class FakeStream
{
    private readonly ConcurrentDictionary<Channel<string>, byte> _listeners = new();

    /// <summary>What a new listener is told first.</summary>
    public JsonObject Snapshot { get; set; } = [];

    public int Listeners => _listeners.Count;

    public int Connections { get; private set; }

    public void Push(JsonObject update)
    {
        foreach (var listener in _listeners.Keys)
        {
            listener.Writer.TryWrite($"event: update\ndata: {update.ToJsonString()}\n\n");
        }
    }

    /// <summary>Ends every open answer, as a control plane that goes away does.</summary>
    public void Break()
    {
        foreach (var listener in _listeners.Keys)
        {
            listener.Writer.TryComplete();
        }
    }

    public async Task SendAsync(HttpContext http)
    {
        var channel = Channel.CreateUnbounded<string>();
        channel.Writer.TryWrite($": hello\n\nevent: snapshot\ndata: {Snapshot.ToJsonString()}\n\n");
        http.Response.ContentType = "text/event-stream";
        _listeners[channel] = 0;
        Connections++;
        try
        {
            await foreach (var text in channel.Reader.ReadAllAsync(http.RequestAborted))
            {
                await http.Response.WriteAsync(text);
                await http.Response.Body.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The listener left.
        }
        finally
        {
            _listeners.TryRemove(channel, out _);
        }
    }
}
