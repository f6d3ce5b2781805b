using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gateway.Testing;

/// <summary>Keeps what is logged, as <c>Level message</c>, for a test to look at.</summary>
public sealed class TestLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>The lines until now.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>A logger factory that writes here.</summary>
    public ILoggerFactory Factory() => LoggerFactory.Create(l => l.SetMinimumLevel(LogLevel.Debug).AddProvider(this));

    /// <summary>Waits for a line that contains all these words.</summary>
    public Task WaitForAsync(params string[] words) =>
        Wait.UntilAsync(() => _lines.Any(l => words.All(w => l.Contains(w, StringComparison.Ordinal))),
            $"a log line with '{string.Join("', '", words)}' among:\n{string.Join('\n', _lines.TakeLast(50))}");

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger(_lines);

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception?.GetType().Name}");
    }
}
