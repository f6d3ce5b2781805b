using System.Threading.Channels;

namespace Gateway.ControlPlane.Store;

/// <summary>Says within this node that something was committed; those who listen look into the change log.</summary>
internal sealed class ChangeNotifier
{
    private readonly List<Channel<bool>> _listeners = [];

    public void Raise()
    {
        lock (_listeners)
        {
            _listeners.ForEach(l => l.Writer.TryWrite(true));
        }
    }

    /// <summary>A reader that has an item when something was committed since the last read, however much.</summary>
    public ChannelReader<bool> Listen()
    {
        var channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        lock (_listeners)
        {
            _listeners.Add(channel);
        }

        return channel.Reader;
    }
}
