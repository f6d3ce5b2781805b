using Gateway.DataPlane.Config;
using Gateway.Sync;
using Gateway.Sync.Fallback;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Sync;

/// <summary>Gives a data plane that has no configuration the one that a control plane left for it, while none answers.</summary>
internal sealed partial class FallbackImporter(
    FallbackStorage storage, ConfigApplier applier, ControlPlaneConnection connection, TimeProvider time, ILogger<FallbackImporter> logger) : BackgroundService
{
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(10);

    private string? _loggedError;

    // A plane that was told of an empty configuration has one, but then it was connected.
    private bool IsNeeded => applier.CurrentHash == ConfigHashes.Zeros && !connection.Status.Connected;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (applier.CurrentHash != ConfigHashes.Zeros)
        {
            return;
        }

        try
        {
            // The control plane is better, if it answers.
            await connection.FirstFailure.WaitAsync(stoppingToken);
            while (IsNeeded && !await ImportAsync(stoppingToken))
            {
                await Task.Delay(_retry, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> ImportAsync(CancellationToken cancellation)
    {
        try
        {
            if (await storage.ImportAsync(cancellation) is not { } found)
            {
                Fail("there is none for this version");
                return false;
            }

            if (!IsNeeded)
            {
                return true;
            }

            var outcome = await applier.ApplyAsync(found, cancellation);
            if (outcome is ApplyOutcome.Rejected rejected)
            {
                Fail(rejected.Message);
                return false;
            }

            connection.InUse(applier.CurrentHash);
            Log.Imported(logger, found.Hash, storage.Place);
            return true;
        }
        catch (IOException e)
        {
            Fail(e.Message);
            return false;
        }
    }

    private void Fail(string reason)
    {
        if (reason != _loggedError)
        {
            _loggedError = reason;
            Log.NotImported(logger, storage.Place, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "no control plane answers: configuration {Hash} was imported from {Place} and is in use")]
        public static partial void Imported(ILogger logger, string hash, string place);

        [LoggerMessage(LogLevel.Warning, "no control plane answers, and no configuration can be imported from {Place} yet: {Reason}")]
        public static partial void NotImported(ILogger logger, string place, string reason);
    }
}
