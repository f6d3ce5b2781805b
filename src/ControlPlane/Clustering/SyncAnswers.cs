using System.Collections.Concurrent;
using Gateway.Entities;
using Gateway.Sync.OlderPlanes;
using Gateway.Sync.Rpc;

namespace Gateway.ControlPlane.Clustering;

/// <summary>An answer that is the same for all planes that ask from the same version.</summary>
/// <param name="Version">The version that they have afterwards.</param>
/// <param name="IsFull">Whether it is all of the configuration.</param>
/// <param name="Body">The result of the call, compressed.</param>
internal sealed record SyncAnswer(SyncVersion Version, bool IsFull, PackedJson Body);

/// <summary>Answers what is new since a version: what changed where the log reaches back, everything otherwise; each answer is made once and shared.</summary>
internal sealed class SyncAnswers(ConfigPublisher publisher, TimeProvider time) : IDisposable
{
    // A whole configuration that is a little old and the rest afterwards cost less than a new whole one.
    private const int FullMayLack = 1000;

    // Planes that need everything at the same time are served a few at a time, and the rest waits: they come by the thousand after an outage.
    private const int FullAtATime = 4;

    // A plane that comes from another node may be ahead of this one, by as long as a change takes to be heard of.
    private static readonly TimeSpan _catchUp = TimeSpan.FromSeconds(2);

    /// <summary>The answer that nothing is new.</summary>
    public static SyncAnswer Nothing { get; } = new(default, false, SyncAnswerWriter.Empty());

    private readonly ConcurrentDictionary<(string From, SyncVersion To, string Filter), Lazy<SyncAnswer>> _deltas = [];
    private readonly ConcurrentDictionary<(string Filter, bool Counts), Lazy<Task<SyncAnswer>>> _full = [];
    private readonly ConcurrentDictionary<(SyncVersion Of, string Filter), Lazy<IReadOnlyList<string>>> _losses = [];
    private readonly SemaphoreSlim _fullAtATime = new(FullAtATime);
    private SyncVersion _latest;

    /// <summary>Answers a plane.</summary>
    /// <param name="from">The version that it has, as written.</param>
    /// <param name="filter">What it does not know.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The answer, and what to give back once it is sent.</returns>
    public async Task<(SyncAnswer Answer, IDisposable? Lease)> AnswerAsync(string? from, ExtensionFilter filter, CancellationToken cancellation)
    {
        var image = publisher.Image ?? await publisher.WaitForImageAsync(null, cancellation);
        var isOurs = SyncVersion.TryParse(from, out var version) && version.Cluster == image.Version.Cluster;
        if (isOurs && version.Transaction > image.Version.Transaction)
        {
            image = await CatchUpAsync(image, version, cancellation);
        }

        Forget(image.Version);
        if (isOurs && image.ChangedSince(version) is { } changed && changed.Count <= Math.Max(FullMayLack, image.Count / 4))
        {
            var answer = _deltas.GetOrAdd((from!, image.Version, filter.Key), _ => new Lazy<SyncAnswer>(() => SyncAnswerWriter.Changes(image, changed, version == image.Version, filter)));
            return (answer.Value, null);
        }

        return await LeasedAsync(image, filter, counts: false, cancellation);
    }

    /// <summary>Answers a plane of 3.9, which counts versions: with everything, unless it has the newest.</summary>
    /// <param name="from">The version that it has, see <see cref="SyncVersion.Count"/>.</param>
    /// <param name="filter">What it does not know.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The answer, and what to give back once it is sent.</returns>
    public async Task<(SyncAnswer Answer, IDisposable? Lease)> AnswerAsync(long from, ExtensionFilter filter, CancellationToken cancellation)
    {
        var image = publisher.Image ?? await publisher.WaitForImageAsync(null, cancellation);
        Forget(image.Version);
        return from == image.Version.Count ? (Nothing, null) : await LeasedAsync(image, filter, counts: true, cancellation);
    }

    /// <summary>What planes do not get of a configuration, in words and in the order of the alphabet; empty where they get all of it.</summary>
    /// <param name="image">The configuration.</param>
    /// <param name="filter">What they do not know.</param>
    public IReadOnlyList<string> Losses(ConfigImage image, ExtensionFilter filter) => filter.Key.Length is 0 ? [] : _losses.GetOrAdd(
        (image.Version, filter.Key), _ => new(() => [.. image.Tables.SelectMany(t => filter.Losses(t.Kind, t.Rows.Values.Select(r => r.Json))).Order(StringComparer.Ordinal)])).Value;

    public void Dispose() => _fullAtATime.Dispose();

    private async Task<(SyncAnswer Answer, IDisposable? Lease)> LeasedAsync(ConfigImage image, ExtensionFilter filter, bool counts, CancellationToken cancellation)
    {
        await _fullAtATime.WaitAsync(cancellation);
        var lease = new Lease(_fullAtATime);
        try
        {
            return (await FullAsync(image, filter, counts, cancellation), lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private async Task<SyncAnswer> FullAsync(ConfigImage image, ExtensionFilter filter, bool counts, CancellationToken cancellation)
    {
        var key = (filter.Key, counts);
        while (true)
        {
            var known = _full.GetOrAdd(key, _ => new Lazy<Task<SyncAnswer>>(() => Task.Run(() => SyncAnswerWriter.Full(image, filter, counts))));
            var answer = await known.Value.WaitAsync(cancellation);
            // Who counts is never sent the rest alone, so one that is a little old would only be asked for again.
            if (answer.Version.CompareOrder(image.Version) >= 0 || (!counts && image.ChangedSince(answer.Version) is { Count: <= FullMayLack }))
            {
                return answer;
            }

            _full.TryRemove(KeyValuePair.Create(key, known));
        }
    }

    private async Task<ConfigImage> CatchUpAsync(ConfigImage image, SyncVersion version, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_catchUp, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            while (version.Transaction > image.Version.Transaction)
            {
                image = await publisher.WaitForImageAsync(image, both.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It never will: the database was set back. The plane gets everything, as one of another database would.
        }

        return image;
    }

    /// <summary>Drops the answers that lead to a version that is no longer the newest.</summary>
    private void Forget(SyncVersion newest)
    {
        if (_latest == newest)
        {
            return;
        }

        _latest = newest;
        foreach (var key in _deltas.Keys.Where(k => k.To != newest))
        {
            _deltas.TryRemove(key, out _);
        }

        foreach (var key in _losses.Keys.Where(k => k.Of != newest))
        {
            _losses.TryRemove(key, out _);
        }
    }

    private sealed class Lease(SemaphoreSlim semaphore) : IDisposable
    {
        private SemaphoreSlim? _semaphore = semaphore;

        public void Dispose() => Interlocked.Exchange(ref _semaphore, null)?.Release();
    }
}
