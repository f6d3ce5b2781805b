using System.Security.Cryptography;
using Gateway.DataPlane.Config.Lmdb;
using Gateway.Sync.Mtls;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Config;

/// <summary>Has the node's newest cluster key open the stored configuration, so that a restart finds it readable whether the control plane answers then or not.</summary>
internal sealed partial class StoreKeyWatch(ConfigStore store, ClusterIdentity identity, TimeProvider time, ILogger<StoreKeyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pair = identity.Current;
            using var next = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, pair.Superseded);
            await Task.Delay(Follow(pair) ? Timeout.InfiniteTimeSpan : _again, time, next.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool Follow(ClusterPair pair)
    {
        try
        {
            var key = PemPair.ExportKey(pair.Certificate);
            var isOther = store.Rekey(key);
            CryptographicOperations.ZeroMemory(key);
            if (isOther)
            {
                Log.Rekeyed(logger);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or LmdbException or CryptographicException)
        {
            Log.NotRekeyed(logger, e.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The stored configuration is opened by the new cluster key from now on, and no more by the former one")]
        public static partial void Rekeyed(ILogger logger);

        [LoggerMessage(LogLevel.Error, "The stored configuration could not be given to the new cluster key, which is tried again: {Reason}")]
        public static partial void NotRekeyed(ILogger logger, string reason);
    }
}
