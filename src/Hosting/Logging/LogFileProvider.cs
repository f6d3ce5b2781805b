using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Hosting.Logging;

/// <summary>Writes messages to a file in the form that the console has.</summary>
/// <param name="file">The file; it stays open when the provider goes.</param>
/// <param name="formatter">Makes a line of a message.</param>
[ProviderAlias("File")]
internal sealed class LogFileProvider(LogFile file, GatewayConsoleFormatter formatter) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new FileLogger(categoryName, file, formatter);

    public void Dispose()
    {
    }

    private sealed class FileLogger(string category, LogFile file, GatewayConsoleFormatter formatter) : ILogger
    {
        [ThreadStatic]
        private static StringWriter? _writer;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            var writer = _writer ??= new StringWriter();
            formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, format), null, writer);
            var line = writer.GetStringBuilder();
            if (line.Length > 0)
            {
                file.Write(line.ToString());
                line.Clear();
            }
        }
    }
}
