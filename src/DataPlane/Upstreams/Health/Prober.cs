using System.Text.Json;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.DataPlane.Upstreams.Health;

/// <summary>Keeps a round of probes going for each upstream that asks for it.</summary>
/// <param name="pools">The connections.</param>
/// <param name="time">The clock.</param>
internal sealed class Prober(ConnectionPools pools, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Round> _rounds = [];
    private bool _disposed;

    /// <summary>Follows a configuration: a round whose settings are still the same goes on with the new targets.</summary>
    /// <param name="balancers">The balancers of the configuration.</param>
    public void Follow(IReadOnlyCollection<Balancer> balancers)
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            var probed = balancers.Where(b => b.Plan.Probes is not null).ToDictionary(b => b.Plan.Entity!.Id.Value);
            foreach (var (id, round) in _rounds.Where(r => !probed.TryGetValue(r.Key, out var balancer) || r.Value.Settings != Settings(balancer)).ToArray())
            {
                round.Dispose();
                _rounds.Remove(id);
            }

            foreach (var (id, balancer) in probed)
            {
                if (_rounds.TryGetValue(id, out var round))
                {
                    round.Balancer = balancer;
                }
                else
                {
                    _rounds[id] = new Round(balancer, Settings(balancer), pools, time);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var round in _rounds.Values)
            {
                round.Dispose();
            }

            _rounds.Clear();
        }
    }

    private static string Settings(Balancer balancer) =>
        $"{JsonSerializer.Serialize(balancer.Plan.Entity!.Healthchecks.Active, Wire.Options)} {balancer.Plan.Probes!.GetHashCode()}";

    private sealed class Round : IDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly ActiveHealthcheck _check;
        private readonly HealthLimits _limits;
        private readonly Probe _probe;
        private readonly TimeProvider _time;

        public Round(Balancer balancer, string settings, ConnectionPools pools, TimeProvider time)
        {
            (Balancer, Settings, _time) = (balancer, settings, time);
            (_check, _limits) = (balancer.Plan.Entity!.Healthchecks.Active, balancer.Plan.Health!.Active);
            _probe = new Probe(_check, _limits, pools.Of(balancer.Plan.Probes!), time);
            Start(_check.Healthy.Interval ?? 0, healthy: true);
            Start(_check.Unhealthy.Interval ?? 0, healthy: false);
        }

        public Balancer Balancer { get; set; }

        public string Settings { get; }

        public void Dispose()
        {
            _ending.Cancel();
            _ending.Dispose();
        }

        private void Start(double interval, bool healthy)
        {
            if (interval > 0)
            {
                var ending = _ending.Token;
                _ = Task.Run(() => RunAsync(TimeSpan.FromSeconds(Math.Max(interval, 0.01)), healthy, ending), ending);
            }
        }

        private async Task RunAsync(TimeSpan interval, bool healthy, CancellationToken ending)
        {
            try
            {
                using var timer = new PeriodicTimer(interval, _time);
                do
                {
                    var pool = await Balancer.PoolAsync();
                    var options = new ParallelOptions { MaxDegreeOfParallelism = (int)Math.Clamp(_check.Concurrency ?? 10, 1, 1000), CancellationToken = ending };
                    await Parallel.ForEachAsync(
                        pool.Targets.SelectMany(t => t.Peers).Where(p => p.Weight > 0 && p.State.Health.IsHealthy == healthy).ToArray(), options, AskAsync);
                }
                while (await timer.WaitForNextTickAsync(ending));
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // The configuration asks for other probes, or the node stops.
            }
        }

        private async ValueTask AskAsync(Peer peer, CancellationToken ending)
        {
            if (await _probe.AskAsync(peer, ending) is { Event: { } happened } result)
            {
                peer.State.Health.Report(happened, _limits, result.Detail);
            }
        }
    }
}
