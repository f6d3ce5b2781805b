using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Sync.Mtls;

/// <summary>Takes new certificates from their files without a restart, and says when one ends soon.</summary>
/// <param name="identity">The node's own.</param>
/// <param name="peers">The peers that are connected, with the end of what they showed.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class ClusterCertificateWatch(
    ClusterIdentity identity, Func<IEnumerable<(string Who, DateTimeOffset End)>> peers, TimeProvider time, ILogger<ClusterCertificateWatch> logger)
    : BackgroundService
{
    // By reading, not by being told: mounted secrets are swapped behind links, which no notification follows.
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    private readonly CertificateExpiry _expiry = new();

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                Look();
                await Task.Delay(_interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private void Look()
    {
        if (identity.Reload(out var error))
        {
            Log.Replaced(logger, identity.Current.Certificate.Subject, identity.Current.Certificate.NotAfter.ToUniversalTime());
        }
        else if (error is not null)
        {
            Log.Refused(logger, error);
        }

        var now = time.GetUtcNow();
        Say("This node", identity.Current.Certificate.NotAfter.ToUniversalTime());
        // Peers with the same certificate end with it.
        foreach (var (who, end) in identity.Mode is ClusterMode.Shared ? [] : peers())
        {
            Say(who, end);
        }

        void Say(string who, DateTimeOffset end)
        {
            if (!_expiry.IsDue(who, end, now))
            {
                return;
            }

            if (end <= now)
            {
                Log.Ended(logger, who, end);
            }
            else
            {
                Log.Ends(logger, who, Math.Ceiling((end - now).TotalDays), end);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The cluster certificate was replaced; new connections show {Subject}, which ends on {End:u}")]
        public static partial void Replaced(ILogger logger, string subject, DateTimeOffset end);

        [LoggerMessage(LogLevel.Warning, "The cluster certificate's files changed and cannot be used; the former certificate stays in use: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Warning, "{Who}: the cluster certificate ends in {Days} days, on {End:u}")]
        public static partial void Ends(ILogger logger, string who, double days, DateTimeOffset end);

        [LoggerMessage(LogLevel.Error, "{Who}: the cluster certificate ended on {End:u}")]
        public static partial void Ended(ILogger logger, string who, DateTimeOffset end);
    }
}
