using Gateway.Sync.Telemetry;

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

    public ServerCounts Read() => new(Interlocked.Read(ref _accepted), Interlocked.Read(ref _open), Interlocked.Read(ref _busy), Interlocked.Read(ref _requests));
}
