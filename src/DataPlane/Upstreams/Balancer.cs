using System.Globalization;
using Gateway.DataPlane.Upstreams.Algorithms;
using Gateway.DataPlane.Upstreams.Dns;
using Gateway.DataPlane.Upstreams.Health;

namespace Gateway.DataPlane.Upstreams;

/// <summary>Chooses a peer for each try of a request, and learns from how the try ended.</summary>
/// <param name="plan">The targets.</param>
/// <param name="state">What lives on when the configuration is swapped.</param>
/// <param name="names">The addresses behind names.</param>
/// <param name="time">The clock.</param>
internal sealed class Balancer(UpstreamPlan plan, UpstreamState state, NameResolver names, TimeProvider time)
{
    private readonly PeerPoolBuilder _builder = new(plan, state, names, time);

    // Of the plan, so that a request to a service with a host of its own need not look at it.
    private readonly bool _isUpstream = plan.IsUpstream;
    private readonly bool _hasHealth = plan.Health is not null;
    private volatile PeerPool? _pool;

    // Where there is no choice, the pool's only peer and when it must be resolved again, so that a request need not look at the pool.
    private volatile Peer? _only;
    private long _onlyUntil;
    private int _renewing;

    /// <summary>What the balancer was made for.</summary>
    public UpstreamPlan Plan => plan;

    /// <summary>What requests are known by, or null.</summary>
    public HashKey? Hash { get; } = plan.Hash;

    /// <summary>The next peer; null when there is none.</summary>
    /// <param name="tried">The peers on which this request failed before; they are avoided while there are others.</param>
    /// <param name="hash">What the request is known by, where the plan has a <see cref="UpstreamPlan.Hash"/>.</param>
    public ValueTask<Peer?> NextAsync(List<Peer>? tried, string hash = "")
    {
        if (_only is { } only && (Volatile.Read(ref _onlyUntil) is var until && (until is long.MaxValue || time.GetTimestamp() < until)))
        {
            return new(only);
        }

        var pool = _pool;
        if (pool is null)
        {
            return BuildAndChooseAsync(tried, hash);
        }

        if (pool.RenewAt is not long.MaxValue && time.GetTimestamp() >= pool.RenewAt)
        {
            if (pool.IsEmpty)
            {
                return BuildAndChooseAsync(tried, hash);
            }

            RenewInBackground();
        }

        return new(Choose(pool, tried, hash));
    }

    /// <summary>Takes note of a try that begins.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>Whether <see cref="Ended"/> is to be told of its end; nobody follows the tries of a service with a host of its own.</returns>
    public bool Began(Peer peer)
    {
        if (_isUpstream)
        {
            peer.State.Began();
        }

        return _isUpstream;
    }

    /// <summary>Takes note that the connection of a stream was made, all that tells of the peer's health; its try goes on.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="took">How long it took.</param>
    public void Connected(Peer peer, TimeSpan took)
    {
        if (plan.IsUpstream && plan.Algorithm is Entities.BalancingAlgorithm.Latency)
        {
            peer.State.Pace.Add(took.TotalSeconds, time.GetTimestamp(), time);
        }

        if (plan is { IsUpstream: true, Health: { } health })
        {
            Report(peer.State.Health, TryOutcome.Connected, health);
        }
    }

    /// <summary>Takes note of a try that ended.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="took">How long it took.</param>
    public void Ended(Peer peer, TryOutcome outcome, TimeSpan took)
    {
        if (!_isUpstream)
        {
            return;
        }

        peer.State.Ended();
        if (plan.Algorithm is Entities.BalancingAlgorithm.Latency && outcome.Kind is not TryKind.Unknown)
        {
            peer.State.Pace.Add(took.TotalSeconds, time.GetTimestamp(), time);
        }

        if (plan.Health is { } health)
        {
            Report(peer.State.Health, outcome, health);
        }
    }

    /// <summary>The peers as they are now, resolved at first where nobody has asked for them yet.</summary>
    public async ValueTask<PeerPool> PoolAsync()
    {
        var pool = _pool ?? await BuildAsync(renew: false);
        if (pool.RenewAt is not long.MaxValue && time.GetTimestamp() >= pool.RenewAt)
        {
            RenewInBackground();
        }

        return pool;
    }

    /// <summary>The peers as they are known now; null before anyone has asked for them.</summary>
    public PeerPool? Known => _pool;

    /// <summary>Grows whenever a peer becomes healthy or unhealthy.</summary>
    public long HealthVersion => state.HealthVersion;

    /// <summary>Whether enough weight is available.</summary>
    /// <param name="pool">The peers.</param>
    public bool IsHealthy(PeerPool pool) => pool.IsHealthy(plan.Health?.Threshold ?? 0, state.HealthVersion);

    /// <summary>What clients are told when there is nowhere to go.</summary>
    public (int Status, string Message) Failure => plan.IsUpstream ? (503, "failure to get a peer from the ring-balancer")
        : _pool?.Failure is { } failure ? (500, $"failed the initial dns/balancer resolve for '{plan.Targets[0].Host}' with: {failure}")
        : (503, "name resolution failed");

    private static void Report(PeerHealth health, TryOutcome outcome, HealthPlan plan)
    {
        switch (outcome)
        {
            case { Kind: TryKind.TimedOut } or { Kind: TryKind.Answered, Status: 504 }:
                health.Report(HealthEvent.Timeout, plan.Passive, "timed out");
                break;
            case { Kind: TryKind.ConnectionFailed }:
                health.Report(HealthEvent.TcpFailure, plan.Passive, "the connection failed");
                break;
            case { Kind: TryKind.Connected } or { Kind: TryKind.Answered } when plan.CountsConnections:
                health.Report(HealthEvent.Success, plan.Passive, "connected");
                break;
            case { Kind: TryKind.Answered } when plan.Passive.Judge(outcome.Status) is { } happened:
                health.Report(happened, plan.Passive, string.Create(CultureInfo.InvariantCulture, $"HTTP {outcome.Status}"));
                break;
        }
    }

    private Peer? Choose(PeerPool pool, List<Peer>? tried, string hash) =>
        _hasHealth && !IsHealthy(pool) ? null : pool.Only ?? pool.Algorithm.Next(hash, tried);

    private async ValueTask<Peer?> BuildAndChooseAsync(List<Peer>? tried, string hash) => Choose(await BuildAsync(renew: false), tried, hash);

    private void RenewInBackground()
    {
        if (Interlocked.Exchange(ref _renewing, 1) is 0)
        {
            _ = RenewAsync();
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            await BuildAsync(renew: true);
        }
        finally
        {
            Volatile.Write(ref _renewing, 0);
        }
    }

    private async Task<PeerPool> BuildAsync(bool renew)
    {
        var pool = await _builder.BuildAsync(_pool, renew);
        _pool = pool;
        Volatile.Write(ref _onlyUntil, pool.RenewAt);
        _only = _hasHealth ? null : pool.Only;
        return pool;
    }
}
