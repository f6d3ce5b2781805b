using System.Threading.Channels;

namespace Gateway.ControlPlane.Store;

/// <summary>Says within this node that something was committed; those who listen look into the change log.</summary>
internal sealed class ChangeNotifier
{
    private readonly List<ChannelWriter<bool>> _listeners = [];

    /// <summary>A channel that holds one item when something happened since the last read, however much.</summary>
    public static Channel<bool> Channel() => System.Threading.Channels.Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise()
    {
        lock (_listeners)
        {
            _listeners.ForEach(l => l.TryWrite(true));
        }
    }

    /// <summary>Adds someone who wants to know.</summary>
    public void Tell(ChannelWriter<bool> listener)
    {
        lock (_listeners)
        {
            _listeners.Add(listener);
        }
    }
}
