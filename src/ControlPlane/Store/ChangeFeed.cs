using System.Threading.Channels;
using Gateway.ControlPlane.Clustering;
using Gateway.Entities;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Store;

/// <summary>Follows the change log and publishes the configuration after every commit, of this node or another.</summary>
internal sealed partial class ChangeFeed(
    ChangeLogReader log, ConfigExport export, ConfigPublisher publisher, ChangeNotifier local, ChangeSignal signal, TimeProvider time, ILogger<ChangeFeed> logger)
    : BackgroundService
{
    private static readonly TimeSpan _slowPoll = TimeSpan.FromSeconds(5);

    // While an older transaction is open, changes wait for their place in the order.
    private static readonly TimeSpan _unsettledPoll = TimeSpan.FromMilliseconds(250);

    // The first change goes out at once; those that follow it closely go out together.
    private static readonly TimeSpan _coalesce = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _firstRetry = TimeSpan.FromMilliseconds(250);

    private readonly Channel<bool> _wakes = ChangeNotifier.Channel();
    private HashSet<long> _published = [];
    private ConfigVersion? _version;

    /// <summary>Hears of every change once, in the order that all nodes agree on.</summary>
    public event Action<IReadOnlyList<Change>>? Changed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        local.Tell(_wakes.Writer);
        signal.Heard.Tell(_wakes.Writer);
        var retry = _firstRetry;
        var isDown = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wait = await FollowAsync(stoppingToken);
                if (isDown)
                {
                    Log.Recovered(logger);
                }

                (isDown, retry) = (false, _firstRetry);
                await WaitAsync(wait, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it is, such as a deadlock with someone who takes the tables away: nothing else publishes changes.
                if (!isDown)
                {
                    isDown = true;
                    Log.Lost(logger, Failure.Of(e)?.Message ?? e.Message);
                }

                await Task.Delay(retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                retry = retry * 2 < _slowPoll ? retry * 2 : _slowPoll;
            }
        }
    }

    /// <summary>Publishes what is new; returns how long to wait when nobody calls.</summary>
    private async Task<TimeSpan> FollowAsync(CancellationToken cancellation)
    {
        if (_version is not { } version)
        {
            version = await log.NewestAsync(cancellation);
            await PublishAsync(cancellation);
            _version = version;
        }

        var batch = await log.ReadAsync(version, cancellation);
        _version = batch.Version;
        if (batch.Settled.Count > 0)
        {
            Changed?.Invoke(batch.Settled);
        }

        // Behind a full page of unsettled changes there may be more that this node cannot see yet; the publisher drops what it has already.
        var mayHideMore = batch.Unsettled.Count > 0 && batch.Unsettled.Count + batch.SettledNumbers.Count >= ChangeLogReader.Limit;
        if (mayHideMore || !batch.SettledNumbers.Concat(batch.Unsettled).All(_published.Contains))
        {
            await PublishAsync(cancellation);
            await Task.Delay(_coalesce, time, cancellation);
        }

        _published = [.. batch.Unsettled];
        return batch.Settled.Count > 0 ? TimeSpan.Zero : batch.Unsettled.Count > 0 ? _unsettledPoll : _slowPoll;
    }

    private async Task PublishAsync(CancellationToken cancellation)
    {
        var document = await export.ReadAsync(cancellation);
        publisher.Publish(document);
        Log.Published(logger, document.ConfigHash, document.ConfigTable.Length);
    }

    private async Task WaitAsync(TimeSpan limit, CancellationToken cancellation)
    {
        if (limit == TimeSpan.Zero)
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(_wakes.Reader.WaitToReadAsync(either.Token).AsTask(), Task.Delay(limit, time, either.Token));
        _wakes.Reader.TryRead(out _);
        await either.CancelAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Published configuration {Hash}, {Bytes} bytes")]
        public static partial void Published(ILogger logger, string hash, int bytes);

        [LoggerMessage(LogLevel.Warning, "Changes are not published until the database answers; data planes keep what they have: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "Changes are published again")]
        public static partial void Recovered(ILogger logger);
    }
}
