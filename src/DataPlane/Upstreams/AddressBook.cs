using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.DataPlane.Upstreams;

/// <summary>The addresses behind host names: asked of the system's resolver, kept for a while, and renewed off the request path.</summary>
/// <param name="time">The clock.</param>
/// <param name="ask">Asks the resolver; it throws <see cref="SocketException"/> for a name without addresses.</param>
internal sealed class AddressBook(TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>> ask)
{
    // The system's resolver tells no time to live. Pods move within seconds, so a name is asked for again soon; the old addresses serve meanwhile.
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _errorFresh = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Asks the system's resolver.</summary>
    /// <param name="time">The clock.</param>
    public static AddressBook OfSystem(TimeProvider time) => new(time, (name, cancellation) => Dns.GetHostAddressesAsync(name, cancellation));

    /// <summary>How long what the book says now can be relied on.</summary>
    public static TimeSpan Freshness => _fresh;

    /// <summary>The addresses of a name, IPv4 first; none when it has none. Known ones are returned at once, even while they are renewed.</summary>
    /// <param name="name">A host name, or an address, which stands for itself.</param>
    /// <param name="renew">Whether to wait for the answer where a known one has grown old, as those do whom no request waits for.</param>
    public ValueTask<IPAddress[]> FindAsync(string name, bool renew = false)
    {
        if (IPAddress.TryParse(name, out var address))
        {
            return new([address]);
        }

        var entry = _entries.GetOrAdd(name, static _ => new Entry());
        var known = entry.Addresses;
        if (known is not null && time.GetUtcNow() < entry.Until)
        {
            return new(known);
        }

        var asking = entry.Ask(() => AskAsync(name, entry));
        return known is { Length: > 0 } && !renew ? new(known) : new(asking);
    }

    private async Task<IPAddress[]> AskAsync(string name, Entry entry)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
            var found = await ask(name, limit.Token);
            entry.Set([.. found.OrderBy(a => a.AddressFamily is AddressFamily.InterNetwork ? 0 : 1)], time.GetUtcNow() + _fresh);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ArgumentException)
        {
            // A resolver that is down for a moment does not take the known addresses away.
            entry.Set(exception is SocketException { SocketErrorCode: SocketError.HostNotFound } ? [] : entry.Addresses ?? [], time.GetUtcNow() + _errorFresh);
        }

        return entry.Addresses!;
    }

    private sealed class Entry
    {
        private readonly Lock _lock = new();
        private Task<IPAddress[]>? _asking;
        private volatile IPAddress[]? _addresses;
        private long _until;

        public IPAddress[]? Addresses => _addresses;

        public DateTimeOffset Until => new(Interlocked.Read(ref _until), TimeSpan.Zero);

        public void Set(IPAddress[] addresses, DateTimeOffset until)
        {
            _addresses = addresses;
            Interlocked.Exchange(ref _until, until.UtcTicks);
        }

        public Task<IPAddress[]> Ask(Func<Task<IPAddress[]>> ask)
        {
            lock (_lock)
            {
                return _asking is { IsCompleted: false } ? _asking : _asking = Task.Run(ask);
            }
        }
    }
}
