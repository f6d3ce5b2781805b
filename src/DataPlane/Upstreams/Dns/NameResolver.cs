using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.DataPlane.Upstreams.Dns;

/// <summary>The addresses behind names: asked for once per time to live, kept, and renewed before anyone has to wait for them.</summary>
internal sealed class NameResolver
{
    // A time to live of 0 asks for a question per request; once a second is as fresh as anyone can tell.
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromDays(7);

    // The whole of a lookup, with all its types and search domains.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, NameEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly Func<string, DnsOrder?, CancellationToken, Task<LookupResult>> _lookup;
    private readonly DnsOptions _options;
    private readonly TimeProvider _time;
    private int _shrinking;

    /// <summary>Makes a resolver that asks the servers of its options.</summary>
    /// <param name="options">How names are resolved.</param>
    /// <param name="time">The clock.</param>
    public NameResolver(DnsOptions options, TimeProvider time)
        : this(options, time, Ask(options, time))
    {
    }

    /// <summary>Makes a resolver that looks names up in another way.</summary>
    /// <param name="options">How long what is found counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lookup">Looks up a name.</param>
    public NameResolver(DnsOptions options, TimeProvider time, Func<string, DnsOrder?, CancellationToken, Task<LookupResult>> lookup) =>
        (_options, _time, _lookup) = (options, time, lookup);

    /// <summary>The names that are kept, with what happened to them.</summary>
    public IEnumerable<(string Name, NameEntry Entry)> Entries => _entries.Select(e => (e.Key, e.Value));

    /// <summary>What is known of a name. Known addresses are returned at once, even while they are renewed.</summary>
    /// <param name="name">A host name, or an address, which stands for itself.</param>
    /// <param name="renew">Whether to wait for the answer where a known one has grown old, as those do whom no request waits for.</param>
    public ValueTask<NameRecords> FindAsync(string name, bool renew = false)
    {
        if (IPAddress.TryParse(name, out var address))
        {
            return new(new NameRecords([new NameRecord(address)], address.AddressFamily is AddressFamily.InterNetworkV6 ? "AAAA" : "A", long.MaxValue));
        }

        var now = _time.GetTimestamp();
        var entry = Entry(name, now);
        var known = entry.Records;
        if (known is not null && now < known.Until)
        {
            entry.CountHit();
            return new(known);
        }

        var asking = _options.NoSync && (renew || known is not { Records.Count: > 0 }) ? AskAsync(name, entry) : entry.Ask(() => AskAsync(name, entry));
        if (known is { Records.Count: > 0 } && !renew && now < entry.StaleUntil)
        {
            entry.CountStale();
            return new(known);
        }

        entry.CountMiss();
        return new(asking);
    }

    private static Func<string, DnsOrder?, CancellationToken, Task<LookupResult>> Ask(DnsOptions options, TimeProvider time)
    {
        var conf = ResolvConf.Load(options.ResolvConf);
        return new NameLookup(options, conf, HostsFile.Load(options.HostsFile), new DnsClient(options.Servers.Count > 0 ? options.Servers : conf.Servers, conf, time)).FindAsync;
    }

    private async Task<NameRecords> AskAsync(string name, NameEntry entry)
    {
        using var limit = new CancellationTokenSource(_patience, _time);
        LookupResult found;
        try
        {
            found = await _lookup(name, entry.Last, limit.Token);
        }
        catch (OperationCanceledException)
        {
            found = new LookupResult([], null, null, "dns client error: timeout");
        }

        entry.CountQuery(found);
        var now = _time.GetTimestamp();
        var known = entry.Records;
        if (found.Failure is { } failure && found.Records.Count is 0)
        {
            // Servers that are down for a while do not take the known addresses away.
            var kept = known is { Records.Count: > 0 } && now < entry.StaleUntil
                ? known with { Until = now + Ticks(_options.ErrorTtl) }
                : new NameRecords([], failure, now + Ticks(_options.ErrorTtl), failure);
            entry.Set(kept, entry.StaleUntil, entry.Last);
            return kept;
        }

        var until = found.Records.Count is 0 ? now + Ticks(_options.NotFoundTtl)
            : found.Ttl is not { } ttl ? long.MaxValue
            : now + Ticks(Clamp(_options.ValidTtl ?? ttl));
        var records = found.Records.Count is 0
            ? new NameRecords([], "dns server error: 3 name error", until)
            : new NameRecords(found.Records, found.Type.ToString()!.ToUpperInvariant(), until);
        entry.Set(records, until is long.MaxValue ? until : until + Ticks(_options.StaleTtl), found.Type ?? entry.Last);
        return records;
    }

    private NameEntry Entry(string name, long now)
    {
        var entry = _entries.GetOrAdd(name, static _ => new NameEntry());
        entry.LastUsed = now;
        if (_entries.Count > _options.CacheSize && Interlocked.Exchange(ref _shrinking, 1) is 0)
        {
            // A tenth at once, so that a cache that is full does not look for its oldest name all the time.
            foreach (var (oldest, _) in _entries.OrderBy(e => e.Value.LastUsed).Take(Math.Max(1, _options.CacheSize / 10)).ToArray())
            {
                _entries.TryRemove(oldest, out var _);
            }

            Volatile.Write(ref _shrinking, 0);
        }

        return entry;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private static TimeSpan Clamp(TimeSpan ttl) => ttl < _least ? _least : ttl > _longest ? _longest : ttl;
}
