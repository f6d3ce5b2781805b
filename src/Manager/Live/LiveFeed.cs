using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gateway.Manager.AdminApi;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Manager.Live;

/// <summary>How a feed stands with the Admin API.</summary>
public enum FeedState
{
    /// <summary>The first connection is being made.</summary>
    Connecting,

    /// <summary>Data arrives.</summary>
    Live,

    /// <summary>The Admin API does not answer; the last data is kept.</summary>
    Away,

    /// <summary>This Admin API has no such feed.</summary>
    Unsupported,
}

/// <summary>One subscription to the Admin API for the whole process, handed out to any number of pages as (snapshot, stream).</summary>
/// <typeparam name="TState">The immutable picture of the world.</typeparam>
/// <typeparam name="TChange">What is told when it changes.</typeparam>
public abstract partial class LiveFeed<TState, TChange>(AdminClient admin, ManagerOptions options, ILogger logger) : BackgroundService
{
    // The feeds speak every second or send comments: a minute of silence is a dead connection that TCP has not noticed.
    private static readonly TimeSpan _silence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _unsupported = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _longestRetry = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<Channel<TChange>> _subscribers = [];
    private TState _state = default!;

    /// <summary>Tells that <see cref="State"/> changed.</summary>
    public event Action? StateChanged;

    /// <summary>How the feed stands.</summary>
    public FeedState State { get; private set; }

    /// <summary>The path of the feed at the Admin API.</summary>
    protected abstract string Path { get; }

    /// <summary>The picture before anything arrived.</summary>
    protected abstract TState Empty { get; }

    /// <summary>The latest picture.</summary>
    public TState Current
    {
        get
        {
            lock (_gate)
            {
                return _state ?? Empty;
            }
        }
    }

    /// <summary>The picture and everything after it, in one step so that nothing falls between; dispose to leave.</summary>
    public Subscription Subscribe()
    {
        // A page that cannot keep up loses the oldest changes: each is small, and the next picture repairs it.
        var channel = Channel.CreateBounded<TChange>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            _subscribers.Add(channel);
            return new Subscription(this, channel, _state ?? Empty);
        }
    }

    /// <summary>Takes one event in: the new picture and what to tell.</summary>
    /// <param name="state">The picture so far.</param>
    /// <param name="name">The event's type.</param>
    /// <param name="data">The event's JSON.</param>
    protected abstract (TState State, TChange Change) Apply(TState state, string name, JsonObject data);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var response = await admin.OpenAsync(Path, stoppingToken);
                if (response.IsSuccessStatusCode)
                {
                    await ReadAsync(response, stoppingToken);
                    failures = 0;
                }

                var isUnsupported = response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest;
                Become(isUnsupported ? FeedState.Unsupported : FeedState.Away);
                if (isUnsupported)
                {
                    // It is what the node is, not a failure; only a node that takes its place can be another.
                    await Task.Delay(_unsupported, options.Time, stoppingToken);
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TimeoutException or JsonException)
            {
                if (State is not FeedState.Away)
                {
                    Log.Lost(logger, Path, failure.Message);
                }

                Become(FeedState.Away);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            var pause = options.FeedRetry * Math.Pow(2, Math.Min(failures++, 6));
            await Task.Delay(pause < _longestRetry ? pause : _longestRetry, options.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        await foreach (var message in ServerEvents.ReadAsync(body, _silence, cancellation))
        {
            if (JsonNode.Parse(message.Data) is JsonObject data)
            {
                Take(message.Name, data);
                Become(FeedState.Live);
            }
        }
    }

    private void Take(string name, JsonObject data)
    {
        lock (_gate)
        {
            var (state, change) = Apply(_state ?? Empty, name, data);
            _state = state;
            foreach (var subscriber in _subscribers)
            {
                subscriber.Writer.TryWrite(change);
            }
        }
    }

    private void Become(FeedState state)
    {
        if (State == state)
        {
            return;
        }

        State = state;
        if (state is FeedState.Live)
        {
            Log.Connected(logger, Path);
        }

        StateChanged?.Invoke();
    }

    private void Leave(Channel<TChange> channel)
    {
        lock (_gate)
        {
            _subscribers.Remove(channel);
        }

        channel.Writer.TryComplete();
    }

    /// <summary>One page's share of the feed.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly LiveFeed<TState, TChange> _feed;
        private readonly Channel<TChange> _channel;

        internal Subscription(LiveFeed<TState, TChange> feed, Channel<TChange> channel, TState snapshot)
        {
            (_feed, _channel, Snapshot) = (feed, channel, snapshot);
        }

        /// <summary>The picture at the moment of subscribing.</summary>
        public TState Snapshot { get; }

        /// <summary>Everything that came after it.</summary>
        public IAsyncEnumerable<TChange> Changes => _channel.Reader.ReadAllAsync();

        /// <inheritdoc />
        public void Dispose() => _feed.Leave(_channel);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The live feed {Path} of the Admin API is connected")]
        public static partial void Connected(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The live feed {Path} of the Admin API is lost and will be connected again: {Reason}")]
        public static partial void Lost(ILogger logger, string path, string reason);
    }
}
