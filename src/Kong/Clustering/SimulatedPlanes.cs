using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Gateway.DataPlane.Sync;
using Gateway.Plugins;
using Gateway.Sync;
using Gateway.Sync.Mtls;
using Gateway.Sync.Rpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Kong.Clustering;

/// <summary>Many data planes in one process that speak to a control plane as real ones do, and keep of the configuration nothing but its version.</summary>
/// <param name="controlPlane">The control plane: <c>host:port</c>.</param>
/// <param name="identity">The certificate of the cluster.</param>
internal sealed class SimulatedPlanes(string controlPlane, ClusterIdentity identity) : IAsyncDisposable
{
    private static readonly string[] _extensions = [.. BundledPlugins.Catalog.Entities.Extensions.Select(e => e.Name)];

    private readonly List<Plane> _planes = [];
    private readonly ConcurrentDictionary<string, Mark> _marks = new(StringComparer.Ordinal);

    /// <summary>How many planes are connected and have asked for the configuration.</summary>
    public int Connected => _planes.Count(p => p.Connection.Status.Connected);

    /// <summary>How many planes there are.</summary>
    public int Count => _planes.Count;

    /// <summary>Starts the first plane, which takes the whole configuration.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How long it took from the first packet, and how many entities came.</returns>
    public async Task<(TimeSpan Elapsed, int Entities)> StartFirstAsync(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var first = await AddAsync(ConfigHashes.Zeros, cancellation);
        while (first.Version == ConfigHashes.Zeros)
        {
            await Task.Delay(5, cancellation);
        }

        return (clock.Elapsed, first.Entities);
    }

    /// <summary>Starts the others, which come with the version of the first as if it were in their caches.</summary>
    /// <param name="count">How many there are in the end.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How long it took until all were connected.</returns>
    public async Task<TimeSpan> StartOthersAsync(int count, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (_planes.Count < count)
        {
            await AddAsync(_planes[0].Version, cancellation);
        }

        await UntilAsync(() => Connected == count, cancellation);
        return clock.Elapsed;
    }

    /// <summary>Begins to wait for a change: a service that has this tag.</summary>
    /// <param name="tag">The tag.</param>
    public void Expect(string tag) => _marks[tag] = new Mark(Stopwatch.GetTimestamp());

    /// <summary>Waits until every plane has a change, and tells after how many milliseconds each had it.</summary>
    /// <param name="tag">The change's tag.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<double>> ArrivalsAsync(string tag, TimeSpan patience, CancellationToken cancellation)
    {
        var mark = _marks[tag];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            await UntilAsync(() => mark.Arrivals.Count == _planes.Count, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Those that have it not are missing from the list, and the reader is told so.
        }

        _marks.TryRemove(tag, out _);
        return [.. mark.Arrivals];
    }

    /// <summary>Waits until all planes have lost the control plane and are connected again with one and the same version.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How long it took from the moment when the last of them was lost.</returns>
    public async Task<TimeSpan> ReconnectAsync(CancellationToken cancellation)
    {
        await UntilAsync(() => Connected == 0, cancellation);
        var clock = Stopwatch.StartNew();
        await UntilAsync(() => Connected == _planes.Count && _planes.Select(p => p.Version).Distinct().Count() == 1, cancellation);
        return clock.Elapsed;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_planes.Select(p => p.Client.StopAsync(default)));
        _planes.ForEach(p => p.Client.Dispose());
    }

    private async Task<Plane> AddAsync(string version, CancellationToken cancellation)
    {
        var plane = new Plane(version, _marks);
        var options = new ControlPlaneClientOptions
        {
            ControlPlane = controlPlane,
            Identity = identity,
            NodeId = Guid.NewGuid(),
            Hostname = $"simulated-{_planes.Count + 1}",
            Extensions = _extensions,
            Rpc = true,
            RpcSync = true,
        };
        plane.Client = new ControlPlaneClient(options, plane.Configuration, plane.Connection, TimeProvider.System, NullLogger<ControlPlaneClient>.Instance);
        _planes.Add(plane);
        await plane.Client.StartAsync(cancellation);
        return plane;
    }

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellation)
    {
        while (!condition())
        {
            await Task.Delay(10, cancellation);
        }
    }

    private sealed class Mark(long begun)
    {
        public ConcurrentQueue<double> Arrivals { get; } = [];

        public void Arrive() => Arrivals.Enqueue(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    private sealed class Plane
    {
        private readonly ConcurrentDictionary<string, Mark> _marks;

        public Plane(string version, ConcurrentDictionary<string, Mark> marks)
        {
            (Version, _marks) = (version, marks);
            Configuration = new PlaneConfiguration(() => Version, static (_, _) => ValueTask.FromResult<ApplyOutcome>(ApplyOutcome.Applied.Instance))
            {
                Version = () => Version,
                ApplyChanges = (deltas, _) => ValueTask.FromResult<ApplyOutcome>(Take(deltas)),
            };
        }

        public string Version { get; private set; }

        public int Entities { get; private set; }

        public ControlPlaneConnection Connection { get; } = new(TimeProvider.System);

        public PlaneConfiguration Configuration { get; }

        public ControlPlaneClient Client { get; set; } = null!;

        private ApplyOutcome.Applied Take(SyncDeltas deltas)
        {
            foreach (var delta in deltas.Deltas.Where(d => !deltas.IsFull && !d.IsDelete && d.Type is "services"))
            {
                if (delta.Entity.TryGetProperty("tags", out var tags) && tags.ValueKind is JsonValueKind.Array && tags.GetArrayLength() > 0
                    && _marks.TryGetValue(tags[0].GetString() ?? "", out var mark))
                {
                    mark.Arrive();
                }
            }

            (Version, Entities) = (deltas.Version, deltas.Deltas.Count);
            return ApplyOutcome.Applied.Instance;
        }
    }
}
