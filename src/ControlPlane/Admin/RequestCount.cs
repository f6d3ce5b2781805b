using System.Text.Json.Nodes;

namespace Gateway.ControlPlane.Admin;

/// <summary>Counts what the node's own listeners serve.</summary>
internal sealed class RequestCount
{
    private long _accepted;
    private long _open;
    private long _requests;
    private long _busy;

    public void Opened()
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _open);
    }

    public void Closed() => Interlocked.Decrement(ref _open);

    public void Began()
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Increment(ref _busy);
    }

    public void Ended() => Interlocked.Decrement(ref _busy);

    public JsonObject Render()
    {
        var (accepted, open, busy) = (Interlocked.Read(ref _accepted), Interlocked.Read(ref _open), Interlocked.Read(ref _busy));
        return new JsonObject
        {
            ["connections_accepted"] = accepted,
            ["connections_handled"] = accepted,
            ["connections_active"] = open,
            ["connections_reading"] = 0L,
            ["connections_writing"] = busy,
            ["connections_waiting"] = Math.Max(0, open - busy),
            ["total_requests"] = Interlocked.Read(ref _requests),
        };
    }
}
