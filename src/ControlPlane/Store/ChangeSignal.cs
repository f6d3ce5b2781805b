using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Tells the other nodes that this one committed, and hears it from them: NOTIFY and LISTEN on one connection.</summary>
/// <remarks>
/// Inside the writing transaction a NOTIFY would take a lock over all writers, so it goes out after the commit, from this one
/// place, once for many commits. One that is lost costs a slow poll.
/// </remarks>
internal sealed partial class ChangeSignal(NpgsqlDataSource source, ChangeNotifier local, ClusterWords words, TimeProvider time, ILogger<ChangeSignal> logger) : BackgroundService
{
    private const string Name = "gateway_changes";
    private static readonly TimeSpan _firstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _lastRetry = TimeSpan.FromSeconds(5);

    // Long enough that a burst of commits becomes one notification, short enough that nobody notices.
    private static readonly TimeSpan _debounce = TimeSpan.FromMilliseconds(20);

    private readonly Channel<bool> _commits = ChangeNotifier.Channel();

    /// <summary>What this node's feed listens to: commits of its own and of others.</summary>
    public ChangeNotifier Heard { get; } = new();

    /// <summary>Tells all nodes that a program which is none of them committed.</summary>
    public static async Task NotifyAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, $"NOTIFY {Name}", cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        local.Tell(_commits.Writer);
        var retry = _firstRetry;
        var isDown = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, said) =>
                {
                    if (said.Channel == ClusterWords.Channel)
                    {
                        words.Hear(said.Payload);
                    }
                    else
                    {
                        Heard.Raise();
                    }
                };
                await ExecuteAsync(connection, $"LISTEN {Name}; LISTEN {ClusterWords.Channel}", stoppingToken);
                if (isDown)
                {
                    Log.Recovered(logger);
                }

                (retry, isDown) = (_firstRetry, false);
                Heard.Raise();
                await RunAsync(connection, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!isDown)
                {
                    isDown = true;
                    Log.Lost(logger, Failure.Of(e)?.Message ?? e.Message);
                }

                await Task.Delay(retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                retry = retry * 2 < _lastRetry ? retry * 2 : _lastRetry;
            }
        }
    }

    /// <summary>Sends and receives until one of them fails.</summary>
    private async Task RunAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] both = [SendAsync(life.Token), ReceiveAsync(connection, life.Token)];
        var first = await Task.WhenAny(both);
        await life.CancelAsync();
        await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // It listens, and is not to be handed to anyone who does not.
        NpgsqlConnection.ClearPool(connection);
        await first;
    }

    private static async Task ReceiveAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        while (true)
        {
            await connection.WaitAsync(cancellation);
        }
    }

    private async Task SendAsync(CancellationToken cancellation)
    {
        while (await _commits.Reader.WaitToReadAsync(cancellation))
        {
            _commits.Reader.TryRead(out _);
            await Task.Delay(_debounce, time, cancellation);
            await using var connection = await source.OpenConnectionAsync(cancellation);
            await ExecuteAsync(connection, $"NOTIFY {Name}", cancellation);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Changes of other nodes are not heard of until the database answers: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "Changes of other nodes are heard of again")]
        public static partial void Recovered(ILogger logger);
    }
}
