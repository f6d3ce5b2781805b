using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Logging;

/// <summary>The least severe level that this process logs; it can be changed while the process runs.</summary>
public sealed class LogThreshold(LogLevel level)
{
    private static readonly string[] _framework = ["Microsoft.", "System.", "Yarp.", "Npgsql"];

    private volatile int _level = (int)level;

    /// <summary>The level.</summary>
    public LogLevel Level
    {
        get => (LogLevel)_level;
        set => _level = (int)value;
    }

    /// <summary>Whether a message of this level and category is logged; the framework's own chatter needs <c>debug</c>.</summary>
    public bool Lets(string? category, LogLevel level) =>
        level >= (Level > LogLevel.Debug && IsFramework(category) && Level < LogLevel.Warning ? LogLevel.Warning : Level);

    /// <summary>Kong's names of levels: <c>debug, info, notice, warn, error, crit, alert, emerg</c>.</summary>
    public static LogLevel Parse(string name) => name switch
    {
        "debug" => LogLevel.Debug,
        "info" or "notice" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Critical,
    };

    private static bool IsFramework(string? category) =>
        category is not null && _framework.Any(f => category.StartsWith(f, StringComparison.Ordinal));
}
