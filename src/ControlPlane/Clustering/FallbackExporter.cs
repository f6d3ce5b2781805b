using Gateway.Sync;
using Gateway.Sync.Fallback;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Leaves the newest configuration where new data planes find it while no control plane answers.</summary>
/// <remarks>Every control plane node of a database does it: all of them come to the same newest configuration, and each write is whole.</remarks>
internal sealed partial class FallbackExporter(FallbackStorage storage, TimeSpan delay, ConfigPublisher publisher, TimeProvider time, ILogger<FallbackExporter> logger) : BackgroundService
{
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(30);

    private string? _loggedError;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            ConfigDocument? exported = null;
            while (true)
            {
                await publisher.WaitForNewerAsync(exported, stoppingToken);
                // Changes come in groups: of those within the delay, the last one is what counts.
                await Task.Delay(delay, time, stoppingToken);
                var newest = publisher.Current!;
                if (await ExportAsync(newest, stoppingToken))
                {
                    exported = newest;
                }
                else
                {
                    await Task.Delay(_retry, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> ExportAsync(ConfigDocument document, CancellationToken cancellation)
    {
        try
        {
            await storage.ExportAsync(document.Frame, cancellation);
            _loggedError = null;
            Log.Exported(logger, document.ConfigHash, storage.Place);
            return true;
        }
        catch (IOException e)
        {
            if (e.Message != _loggedError)
            {
                _loggedError = e.Message;
                Log.NotExported(logger, document.ConfigHash, storage.Place, e.Message);
            }

            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "configuration {Hash} was exported to {Place}")]
        public static partial void Exported(ILogger logger, string hash, string place);

        [LoggerMessage(LogLevel.Warning, "configuration {Hash} cannot be exported to {Place} and is tried again: {Reason}")]
        public static partial void NotExported(ILogger logger, string hash, string place, string reason);
    }
}
