using System.Collections.Concurrent;

namespace Gateway.Manager.Sessions;

/// <summary>The sessions that people hold, so that ending one ends its cookie and every page that is open with it.</summary>
public sealed class SessionRegistry : IDisposable
{
    private static readonly TimeSpan _sweep = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, SessionState> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);
    private readonly ManagerOptions _options;
    private readonly ITimer _sweeper;

    /// <summary>Starts with no session.</summary>
    public SessionRegistry(ManagerOptions options)
    {
        _options = options;
        _sweeper = options.Time.CreateTimer(_ => Sweep(), null, _sweep, _sweep);
    }

    private DateTimeOffset Now => _options.Time.GetUtcNow();

    /// <summary>Notes that a session was used, and answers whether it may go on.</summary>
    /// <param name="id">The session's id, out of the cookie.</param>
    /// <param name="started">When the person signed in, out of the cookie: a cookie outlives a restart of this process.</param>
    public bool Touch(string id, DateTimeOffset started)
    {
        if (_ended.ContainsKey(id) || Now - started >= _options.SessionLimit)
        {
            return false;
        }

        _sessions.GetOrAdd(id, _ => new SessionState(started)).LastSeen = Now;
        return true;
    }

    /// <summary>Ends a session: its cookie is refused from now on and its open pages are told.</summary>
    public void End(string id)
    {
        _ended[id] = Now;
        if (_sessions.TryRemove(id, out var state))
        {
            state.Ended.Cancel();
            state.Ended.Dispose();
        }
    }

    /// <summary>A token that is cancelled when the session ends; already cancelled for one that is not alive.</summary>
    public CancellationToken EndOf(string id) => _sessions.TryGetValue(id, out var state) ? state.Ended.Token : new CancellationToken(canceled: true);

    /// <inheritdoc />
    public void Dispose() => _sweeper.Dispose();

    internal void Sweep()
    {
        foreach (var (id, state) in _sessions)
        {
            if (Now - state.LastSeen >= _options.SessionIdle || Now - state.Started >= _options.SessionLimit)
            {
                End(id);
            }
        }

        foreach (var (id, at) in _ended)
        {
            // After the limit the cookie is refused for its age, so the note is of no more use.
            if (Now - at > _options.SessionLimit)
            {
                _ended.TryRemove(id, out _);
            }
        }
    }

    private sealed class SessionState(DateTimeOffset started)
    {
        public DateTimeOffset Started { get; } = started;

        public DateTimeOffset LastSeen { get; set; }

        public CancellationTokenSource Ended { get; } = new();
    }
}
