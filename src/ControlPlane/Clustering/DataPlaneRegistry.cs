using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Knows the data planes that are or were connected to this control plane node; the memory behind every list of them.</summary>
/// <param name="options">How long a plane is remembered.</param>
/// <param name="time">The clock.</param>
public sealed class DataPlaneRegistry(ClusterOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Entry> _planes = [];
    private readonly HashSet<Guid> _unwritten = [];
    private readonly List<Channel<bool>> _watchers = [];
    // One slot: many changes before the writer looks are one look.
    private readonly Channel<bool> _writes = Signal();

    /// <summary>The planes known to this node, connected or not, without those that are forgotten.</summary>
    public IReadOnlyList<DataPlane> All
    {
        get
        {
            var now = time.GetUtcNow();
            lock (_gate)
            {
                return [.. _planes.Values.Select(e => e.Plane).Where(p => p.Connected || p.Expires > now)];
            }
        }
    }

    /// <summary>The planes that are connected, by the words for a log, with the end of the certificates that they presented.</summary>
    internal IEnumerable<(string Who, DateTimeOffset End)> CertificateEnds() => All.Where(p => p is { Connected: true, CertificateExpiry: not null })
        .Select(p => ($"Data plane {p.Id} ({p.Hostname}, {p.Ip})", p.CertificateExpiry!.Value));

    /// <summary>A plane that this node knows, or null.</summary>
    /// <param name="id">Its node id.</param>
    public DataPlane? Find(Guid id)
    {
        lock (_gate)
        {
            return _planes.GetValueOrDefault(id)?.Plane;
        }
    }

    /// <summary>What happened between a plane and this node, newest first; nothing when it was never connected here.</summary>
    internal JsonArray HistoryOf(Guid id)
    {
        lock (_gate)
        {
            return _planes.GetValueOrDefault(id)?.History.Render() ?? [];
        }
    }

    /// <summary>Notes a new connection; the newest connection of a plane is the one that counts.</summary>
    internal void Connect(object session, DataPlane plane)
    {
        lock (_gate)
        {
            // The configuration that it used before is the best guess until its first ping, which comes at once.
            var known = _planes.GetValueOrDefault(plane.Id);
            var before = known?.Plane;
            var history = known?.History ?? new SyncHistory();
            history.Connected(time.GetUtcNow(), plane);
            _planes[plane.Id] = new Entry(session, history, plane with
            {
                LastSeen = time.GetUtcNow(),
                UpdatedAt = time.GetUtcNow(),
                Expires = time.GetUtcNow() + options.PurgeDelay,
                Connected = true,
                ConfigHash = before?.ConfigHash ?? plane.ConfigHash,
                RpcCapabilities = plane.RpcCapabilities is [] ? before?.RpcCapabilities ?? [] : plane.RpcCapabilities,
            });
        }

        Notify(_watchers);
    }

    /// <summary>Notes what a connection learned, and has the row written.</summary>
    internal void Update(object session, Guid id, Func<DataPlane, DataPlane> change)
    {
        lock (_gate)
        {
            if (_planes.GetValueOrDefault(id) is not { } entry || entry.Session != session)
            {
                return;
            }

            var changed = change(entry.Plane);
            if (ReferenceEquals(changed, entry.Plane))
            {
                return;
            }

            var now = time.GetUtcNow();
            entry.History.Changed(now, entry.Plane, changed);
            entry.Plane = changed with { LastSeen = now, UpdatedAt = now, Expires = now + options.PurgeDelay };
            if (IsListable(entry.Plane))
            {
                _unwritten.Add(id);
            }
        }

        _writes.Writer.TryWrite(true);
        Notify(_watchers);
    }

    /// <summary>Notes a sign of life that came by another way than the configuration's; the row is not written for it.</summary>
    internal void Touch(Guid id, string? rejection, ConfigRejection? reported = null)
    {
        lock (_gate)
        {
            if (_planes.GetValueOrDefault(id) is not { Plane.Connected: true } entry)
            {
                return;
            }

            var touched = entry.Plane with { LastSeen = time.GetUtcNow(), Rejection = rejection, Reported = reported };
            entry.History.Changed(touched.LastSeen, entry.Plane, touched);
            entry.Plane = touched;
        }

        Notify(_watchers);
    }

    /// <summary>Notes the end of a connection; the plane stays listed until it is forgotten.</summary>
    internal void Disconnect(object session, Guid id)
    {
        lock (_gate)
        {
            if (_planes.GetValueOrDefault(id) is not { } entry || entry.Session != session)
            {
                return;
            }

            entry.History.Disconnected(time.GetUtcNow());
            entry.Plane = entry.Plane with { Connected = false };
        }

        Notify(_watchers);
    }

    /// <summary>Watches for changes: an element says that there were some, not which.</summary>
    internal ChannelReader<bool> Watch(CancellationToken cancellation)
    {
        var channel = Signal();
        lock (_gate)
        {
            _watchers.Add(channel);
        }

        cancellation.Register(() =>
        {
            lock (_gate)
            {
                _watchers.Remove(channel);
            }
        });
        return channel.Reader;
    }

    /// <summary>Waits for planes whose row is to be written, and takes them over.</summary>
    internal async ValueTask<IReadOnlyList<DataPlane>> TakeUnwrittenAsync(CancellationToken cancellation)
    {
        while (await _writes.Reader.WaitToReadAsync(cancellation))
        {
            _writes.Reader.TryRead(out _);
            lock (_gate)
            {
                if (_unwritten.Count > 0)
                {
                    DataPlane[] taken = [.. _unwritten.Select(id => _planes[id].Plane)];
                    _unwritten.Clear();
                    return taken;
                }
            }
        }

        return [];
    }

    /// <summary>Gives back planes whose row could not be written; a newer state of theirs is what will be written.</summary>
    internal void ReturnUnwritten(IEnumerable<DataPlane> planes)
    {
        lock (_gate)
        {
            _unwritten.UnionWith(planes.Select(p => p.Id).Where(_planes.ContainsKey));
        }

        _writes.Writer.TryWrite(true);
    }

    /// <summary>Drops the planes that are forgotten.</summary>
    internal void Purge()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            foreach (var id in _planes.Where(p => !p.Value.Plane.Connected && p.Value.Plane.Expires <= now).Select(p => p.Key).ToArray())
            {
                _planes.Remove(id);
                _unwritten.Remove(id);
            }
        }
    }

    // As the original: a plane without a valid host name is served, but has no row.
    private static bool IsListable(DataPlane plane) => Uri.CheckHostName(plane.Hostname) is not UriHostNameType.Unknown;

    private static Channel<bool> Signal() => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private void Notify(List<Channel<bool>> watchers)
    {
        lock (_gate)
        {
            watchers.ForEach(w => w.Writer.TryWrite(true));
        }
    }

    private sealed class Entry(object session, SyncHistory history, DataPlane plane)
    {
        public object Session { get; } = session;

        public SyncHistory History { get; } = history;

        public DataPlane Plane { get; set; } = plane;
    }
}
