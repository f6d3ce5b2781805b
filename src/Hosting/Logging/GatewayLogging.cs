using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Hosting.Logging;

/// <summary>The one way in which every plane logs.</summary>
public static class GatewayLogging
{
    /// <summary>Replaces all logging by single lines on standard error, down to the threshold.</summary>
    public static ILoggingBuilder AddGatewayConsole(this ILoggingBuilder logging, LogThreshold threshold)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter((category, level) => threshold.Lets(category, level));
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.AddConsole(options =>
        {
            options.FormatterName = GatewayConsoleFormatter.FormatterName;
            options.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<GatewayConsoleFormatter, ConsoleFormatterOptions>();
        return logging;
    }
}
