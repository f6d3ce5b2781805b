using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Health;
using Gateway.Sync.Telemetry;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Chooses which upstreams the control plane is told of next: those that changed, and each from time to time.</summary>
public sealed class HealthReports
{
    /// <summary>The control plane forgets what is not repeated within a minute.</summary>
    private static readonly TimeSpan _repetition = TimeSpan.FromSeconds(20);

    // An address takes some hundred octets of a report, whose size has a limit; what does not fit goes with the next one.
    private const int MostAddresses = 500;

    private readonly UpstreamMonitor _monitor;
    private readonly TimeProvider _time;
    private readonly Dictionary<Guid, Told> _told = [];
    private object? _connection;

    internal HealthReports(UpstreamMonitor monitor, TimeProvider time) => (_monitor, _time) = (monitor, time);

    /// <summary>The upstreams of the next report; null when there is nothing to tell.</summary>
    /// <param name="connection">The connection that the report goes over; a new one is told everything.</param>
    internal async ValueTask<IReadOnlyList<UpstreamHealth>?> NextAsync(object connection)
    {
        if (!ReferenceEquals(connection, _connection))
        {
            _connection = connection;
            _told.Clear();
        }

        var now = _time.GetTimestamp();
        List<UpstreamHealth>? report = null;
        var addresses = 0;
        foreach (var balancer in _monitor.Checked.OrderBy(b => _told.GetValueOrDefault(b.Plan.Entity!.Id.Value)?.At ?? long.MinValue))
        {
            if (addresses >= MostAddresses)
            {
                break;
            }

            if (balancer.Known is not { } pool)
            {
                // Nobody has asked for its peers yet; they are found without anyone waiting for them.
                _ = balancer.PoolAsync().AsTask();
                continue;
            }

            var id = balancer.Plan.Entity!.Id.Value;
            var version = balancer.HealthVersion;
            if (_told.TryGetValue(id, out var told) && told.Version == version && ReferenceEquals(told.Targets, pool.Targets)
                && _time.GetElapsedTime(told.At, now) < _repetition)
            {
                continue;
            }

            var health = await UpstreamMonitor.ReadAsync(balancer);
            _told[id] = new Told(version, pool.Targets, now);
            addresses += 1 + health.Targets.Sum(t => 1 + t.Addresses.Count);
            (report ??= []).Add(health);
        }

        return report;
    }

    private sealed record Told(long Version, IReadOnlyList<ResolvedTarget> Targets, long At);
}
