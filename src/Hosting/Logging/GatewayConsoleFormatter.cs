using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Hosting.Logging;

/// <summary>Writes one line per message: <c>2026-11-20T19:45:38.123Z [warn] DataPlane.Sync.ControlPlaneClient: text</c>.</summary>
public sealed class GatewayConsoleFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name under which the console logger finds this formatter.</summary>
    public const string FormatterName = "gateway";

    // The framework's trace of a start that failed; the command says why in one sentence, and a bug ends the process with its own trace.
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";
    private const int HostedServiceStartupFaulted = 11;

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.Category == HostCategory && logEntry.EventId.Id == HostedServiceStartupFaulted)
        {
            return;
        }

        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        textWriter.Write(" [");
        textWriter.Write(NameOf(logEntry.LogLevel));
        textWriter.Write("] ");
        var category = logEntry.Category;
        textWriter.Write(category.StartsWith("Gateway.", StringComparison.Ordinal) ? category["Gateway.".Length..] : category);
        textWriter.Write(": ");
        textWriter.Write(OneLine(message));
        if (logEntry.Exception is not null)
        {
            textWriter.Write(" | ");
            textWriter.Write(OneLine(logEntry.Exception.ToString()));
        }

        textWriter.Write('\n');
    }

    // A line break inside a message would let a client's text forge a log line.
    private static string OneLine(string text) => text.AsSpan().ContainsAny('\r', '\n') ? text.ReplaceLineEndings(" \\ ") : text;

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "crit",
    };
}
