using System.Threading.Channels;
using Gateway.ControlPlane.Clustering;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Store;

/// <summary>Follows the change log and publishes the configuration after every commit, of this node or another.</summary>
internal sealed partial class ChangeFeed(
    ImageReader reader, ConfigExport export, ConfigPublisher publisher, ChangeNotifier local, ChangeSignal signal, WorkTimes times, TimeProvider time, ILogger<ChangeFeed> logger)
    : BackgroundService
{
    private static readonly TimeSpan _slowPoll = TimeSpan.FromSeconds(5);

    // While an older transaction is open, changes are not settled; most transactions are over in a moment, and then one version is enough for both.
    private static readonly TimeSpan _settling = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan _unsettledPoll = TimeSpan.FromMilliseconds(250);

    // The first change goes out at once; those that follow it closely go out together.
    private static readonly TimeSpan _coalesce = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _firstRetry = TimeSpan.FromMilliseconds(250);

    private readonly Channel<bool> _wakes = ChangeNotifier.Channel();
    private ConfigImage? _image;

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
                TimeSpan wait;
                using (times.Begin<ChangeFeed>())
                {
                    wait = await FollowAsync(stoppingToken);
                }

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
        var image = _image is { } former ? await reader.AdvanceAsync(former, cancellation) : await reader.ReadAsync(cancellation);
        if (image.Pending.Length > 0 && !ReferenceEquals(image, _image))
        {
            await Task.Delay(_settling, time, cancellation);
            image = await reader.AdvanceAsync(image, cancellation);
        }

        if (ReferenceEquals(image, _image))
        {
            return image.Pending.Length > 0 ? _unsettledPoll : _slowPoll;
        }

        _image = image;
        publisher.Publish(image, () => export.Write(image));
        Log.Published(logger, image.Version.ToString(), image.Count);
        await Task.Delay(_coalesce, time, cancellation);
        return TimeSpan.Zero;
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
        [LoggerMessage(LogLevel.Debug, "Published configuration {Version} with {Count} entities")]
        public static partial void Published(ILogger logger, string version, int count);

        [LoggerMessage(LogLevel.Warning, "Changes are not published until the database answers; data planes keep what they have: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "Changes are published again")]
        public static partial void Recovered(ILogger logger);
    }
}
