using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Logging;

/// <summary>The least severe level that this process logs; it can be changed while the process runs, for good or for a time.</summary>
public sealed class LogThreshold
{
    private static readonly string[] _framework = ["Microsoft.", "System.", "Yarp.", "Npgsql"];

    // What a timer can wait for, in milliseconds: some seven weeks.
    private static readonly TimeSpan _longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private string _settled;
    private string? _passing;
    private ITimer? _timer;
    private volatile int _level;

    /// <summary>A threshold that stands at a level.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="time">The clock.</param>
    public LogThreshold(string name, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _settled = name;
        _level = (int)Parse(name);
    }

    /// <summary>Kong's names of levels, from the most talkative on.</summary>
    public static IReadOnlyList<string> Names { get; } = ["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"];

    /// <summary>The name of the level in force.</summary>
    public string Name
    {
        get
        {
            lock (_lock)
            {
                return _passing ?? _settled;
            }
        }
    }

    /// <summary>The name of the level that is in force when none is set for a time.</summary>
    public string Settled
    {
        get
        {
            lock (_lock)
            {
                return _settled;
            }
        }
    }

    /// <summary>The level in force.</summary>
    public LogLevel Level => (LogLevel)_level;

    /// <summary>Sets the level; one that was set for a time stays until that is over.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public void Set(string name)
    {
        lock (_lock)
        {
            _settled = name;
            _level = (int)Parse(_passing ?? name);
        }
    }

    /// <summary>Sets the level for a time; afterwards the one is in force again that was set for good.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="time">How long; at most some seven weeks.</param>
    public void SetFor(string name, TimeSpan time)
    {
        lock (_lock)
        {
            _timer?.Dispose();
            (_timer, _passing) = (null, null);
            if (time > TimeSpan.Zero)
            {
                _passing = name;
                _timer = _time.CreateTimer(Revert, null, time < _longest ? time : _longest, Timeout.InfiniteTimeSpan);
            }

            _level = (int)Parse(_passing ?? _settled);
        }
    }

    /// <summary>Whether a message of this level and category is logged; the framework's own chatter needs <c>debug</c>.</summary>
    public bool Lets(string? category, LogLevel level) =>
        level >= (Level > LogLevel.Debug && IsFramework(category) && Level < LogLevel.Warning ? LogLevel.Warning : Level);

    private static LogLevel Parse(string name) => name switch
    {
        "debug" => LogLevel.Debug,
        "info" or "notice" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Critical,
    };

    private static bool IsFramework(string? category) =>
        category is not null && _framework.Any(f => category.StartsWith(f, StringComparison.Ordinal));

    private void Revert(object? state)
    {
        lock (_lock)
        {
            _passing = null;
            _level = (int)Parse(_settled);
        }
    }
}
