using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Hosting.Logging;

/// <summary>The one way in which every plane logs.</summary>
public static class GatewayLogging
{
    /// <summary>Replaces all logging by single lines, down to the threshold.</summary>
    /// <param name="logging">The logging of a host.</param>
    /// <param name="threshold">The least severe level.</param>
    /// <param name="file">Where the lines go; null for standard error.</param>
    public static ILoggingBuilder AddGatewayLog(this ILoggingBuilder logging, LogThreshold threshold, LogFile? file)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter((category, level) => threshold.Lets(category, level));
        logging.Services.TryAddSingleton(TimeProvider.System);
        if (file is not null)
        {
            logging.AddProvider(new LogFileProvider(file, new GatewayConsoleFormatter(TimeProvider.System)));
            return logging;
        }

        logging.AddConsole(options =>
        {
            options.FormatterName = GatewayConsoleFormatter.FormatterName;
            options.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<GatewayConsoleFormatter, ConsoleFormatterOptions>();
        return logging;
    }
}
