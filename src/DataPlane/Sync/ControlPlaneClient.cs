using System.Text;
using System.Threading.Channels;
using Gateway.Sync;
using Gateway.Sync.Rpc;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Sync;

/// <summary>Keeps this data plane connected to its control plane, and applies the newest configuration that arrives.</summary>
/// <remarks>Connecting and applying go on beside each other: a lost connection does not stop a configuration that is being applied.</remarks>
/// <param name="options">Where the control plane is and who this node is.</param>
/// <param name="configuration">What is brought up to date.</param>
/// <param name="connection">Where the state is shown.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class ControlPlaneClient(
    ControlPlaneClientOptions options,
    PlaneConfiguration configuration,
    ControlPlaneConnection connection,
    TimeProvider time,
    ILogger<ControlPlaneClient> logger) : BackgroundService
{
    private const string Path = "/v1/outlet";

    private static readonly TimeSpan _pingInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _liveness = TimeSpan.FromSeconds(45);

    // What one frame may unpack to; configurations shrink about tenfold, so this stops only what is meant to exhaust the memory.
    private readonly int _maxUnpacked = (int)Math.Min(Array.MaxLength, 64L * options.MaxPayload);

    // Room for one: a newer configuration takes the place of one that waits.
    private readonly Channel<ReadOnlyMemory<byte>> _pushed = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly ControlPlaneDialer _dialer = new(options, time);
    private readonly LogLevelControl? _levels = options.LogThreshold is { } threshold ? new LogLevelControl(threshold, time) : null;
    private WebSocketFrames? _frames;
    private string _hash = ConfigHashes.Zeros;
    private string? _loggedError;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _hash = configuration.InUse();
        connection.InUse(_hash);
        // Not on the caller's thread: the host waits for the first await of every service.
        await Task.Yield();
        try
        {
            await Task.WhenAll(StayConnectedAsync(stoppingToken), ApplyAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task StayConnectedAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (heard, error) = await TalkAsync(cancellation);
            // Who accepts and then says nothing but goodbye is not asked again soon.
            attempt = heard ? 0 : attempt;
            connection.Disconnected(error);
            var (from, to) = options.RetryDelays[Math.Min(attempt, options.RetryDelays.Count - 1)];
            var delay = from + ((to - from) * Random.Shared.NextDouble());
            LogOnce(error, delay);
            await Task.Delay(delay, time, cancellation);
        }
    }

    /// <summary>Connects in the best way that the control plane offers, until that connection ends.</summary>
    private async Task<(bool Heard, string Reason)> TalkAsync(CancellationToken cancellation)
    {
        if (options.Rpc)
        {
            var (dialed, error, refused) = await _dialer.ConnectForCallsAsync(RpcConversation.Path, cancellation);
            if (dialed is not null)
            {
                return await CallAsync(dialed, cancellation);
            }

            if (!refused)
            {
                return (false, error!);
            }

            Log.NoCalls(logger, options.ControlPlane, error!);
        }

        return await TakePushesAsync(cancellation);
    }

    private async Task<(bool Heard, string Reason)> CallAsync(DialedConnection dialed, CancellationToken cancellation)
    {
        var (heard, reason) = (false, "");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, dialed.Pair.Superseded);
        try
        {
            var conversation = new RpcConversation(options, configuration, _levels, connection, time, logger);
            if (await conversation.IntroduceAsync(dialed.Frames, ending.Token) is not { } capabilities)
            {
                Log.NoCalls(logger, options.ControlPlane, "it does not answer the introduction");
            }
            else if (options.RpcSync && configuration.ApplyChanges is not null && capabilities.Contains(SyncMethods.Sync))
            {
                connection.Presented(dialed.PeerCertificateEnd);
                reason = await conversation.RunAsync(dialed.Frames, capabilities, syncs: true, () => Hear(ref heard), ending.Token);
            }
            else
            {
                // For calls only; the configuration comes the other way.
                var calls = conversation.RunAsync(dialed.Frames, capabilities, syncs: false, static () => { }, ending.Token);
                var pushes = await TakePushesAsync(cancellation);
                await ending.CancelAsync();
                await calls.ContinueWith(static _ => { }, TaskScheduler.Default);
                return pushes;
            }
        }
        catch (OperationCanceledException) when (dialed.Pair.Superseded.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return (heard, "the cluster certificate was replaced, and the control plane is to see the new one");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            reason = e.Message;
        }
        finally
        {
            await LeaveAsync(dialed, cancellation);
        }

        // Who offers calls and then does not answer them may still push.
        return heard ? (true, $"the connection to the control plane {options.ControlPlane} is lost: {reason}") : await TakePushesAsync(cancellation);
    }

    private async Task<(bool Heard, string Reason)> TakePushesAsync(CancellationToken cancellation)
    {
        var (dialed, error) = await _dialer.ConnectAsync(options.ControlPlane, Path, options.MaxPayload, cancellation);
        if (dialed is null)
        {
            return (false, error!);
        }

        // What came by calls in the meantime is what the control plane is told.
        _hash = configuration.Version() is var version && SyncVersion.IsVersion(version) ? version : _hash;
        connection.Presented(dialed.PeerCertificateEnd);
        return await ConverseAsync(dialed, cancellation);
    }

    private async Task<(bool Heard, string Reason)> ConverseAsync(DialedConnection dialed, CancellationToken cancellation)
    {
        var heard = false;
        var frames = dialed.Frames;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, dialed.Pair.Superseded);
        try
        {
            var info = new BasicInfo { Plugins = options.Plugins, Labels = options.Labels, Extensions = options.Extensions, ProcessConf = SettingsMask.Apply(options.Settings) };
            await frames.WriteAsync(WebSocketOpcode.Binary, info.ToMessage(), cancellation);
            await PingAsync(frames, cancellation);
            Volatile.Write(ref _frames, frames);
            var pinging = KeepPingingAsync(frames, ending.Token);
            var reading = ReadAsync(frames, () => Hear(ref heard), ending.Token);
            var ended = await Task.WhenAny(reading, pinging);
            await ending.CancelAsync();
            await Task.WhenAll(reading, pinging).ContinueWith(static _ => { }, TaskScheduler.Default);
            return (heard, await ended);
        }
        catch (OperationCanceledException) when (dialed.Pair.Superseded.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return (heard, "the cluster certificate was replaced, and the control plane is to see the new one");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return (heard, $"the connection to the control plane {options.ControlPlane} is lost: {e.Message}");
        }
        finally
        {
            Volatile.Write(ref _frames, null);
            await LeaveAsync(dialed, cancellation);
        }
    }

    private static async Task LeaveAsync(DialedConnection dialed, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested || dialed.Pair.Superseded.IsCancellationRequested)
        {
            await SayGoodbyeAsync(dialed.Frames, cancellation.IsCancellationRequested ? "the data plane stops" : "the data plane has a new certificate");
        }

        await dialed.Frames.DisposeAsync();
    }

    private async Task<string> ReadAsync(WebSocketFrames frames, Action onHeard, CancellationToken cancellation)
    {
        var isPushed = false;
        while (true)
        {
            using var limit = new CancellationTokenSource(_liveness, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            WebSocketFrame? received;
            try
            {
                received = await frames.ReadAsync(both.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                return $"the control plane {options.ControlPlane} gave no sign of life for {_liveness.TotalSeconds:0} seconds";
            }

            switch (received)
            {
                case null:
                    return $"the control plane {options.ControlPlane} closed the connection";
                case { Opcode: WebSocketOpcode.Close } close:
                    var (code, reason) = WebSocketFrames.ReadClose(close.Payload.Span);
                    return code is WebSocketFrames.NoCode && !isPushed
                        ? $"the control plane {options.ControlPlane} ended the connection without a word, as one of an older Kong than {options.Version} does (cluster_dp_version makes this plane older)"
                        : $"the control plane {options.ControlPlane} ended the connection with code {code}{(reason.Length > 0 ? ": " : "")}{reason}";
                case { Opcode: WebSocketOpcode.Binary } push:
                    _pushed.Writer.TryWrite(push.Payload);
                    isPushed = true;
                    onHeard();
                    break;
                case { Opcode: WebSocketOpcode.Pong }:
                    onHeard();
                    break;
                case { } other:
                    Log.Ignored(logger, other.Opcode);
                    break;
            }
        }
    }

    private void Hear(ref bool heard)
    {
        heard = true;
        if (!connection.Status.Connected)
        {
            connection.Connected();
            _loggedError = null;
            Log.Connected(logger, options.ControlPlane);
        }
    }

    private async Task<string> KeepPingingAsync(WebSocketFrames frames, CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(_pingInterval, time, cancellation);
            await PingAsync(frames, cancellation);
        }
    }

    private async Task ApplyAsync(CancellationToken cancellation)
    {
        await foreach (var message in _pushed.Reader.ReadAllAsync(cancellation))
        {
            if (Reconfigure.Parse(message, _maxUnpacked, out var error) is not { } received)
            {
                Reject(new ApplyOutcome.Rejected(error!));
                continue;
            }

            switch (received.Hash == _hash ? ApplyOutcome.Unchanged.Instance : await TryApplyAsync(received, cancellation))
            {
                case ApplyOutcome.Rejected rejection:
                    Reject(rejection);
                    break;
                case var outcome:
                    _hash = received.Hash;
                    connection.InUse(_hash);
                    if (outcome is ApplyOutcome.Applied)
                    {
                        Log.Applied(logger, _hash);
                    }

                    break;
            }

            await ReportAsync(cancellation);
        }
    }

    private async ValueTask<ApplyOutcome> TryApplyAsync(Reconfigure received, CancellationToken cancellation)
    {
        try
        {
            return await configuration.Apply(received, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // A bug there must not cost the connection: the next configuration may be fine.
            Log.ApplyFailed(logger, received.Hash, e);
            return new ApplyOutcome.Rejected(e.Message);
        }
    }

    private void Reject(ApplyOutcome.Rejected rejection)
    {
        connection.Rejected(rejection);
        Log.Rejected(logger, rejection.Message, rejection.Entity ?? "the document", rejection.Field ?? "-", _hash);
    }

    // At once after a configuration, so that the control plane's list is right without waiting for the next round.
    private async Task ReportAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _frames) is { } frames)
        {
            try
            {
                await PingAsync(frames, cancellation);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The reader notices too, and reconnects.
            }
        }
    }

    private ValueTask PingAsync(WebSocketFrames frames, CancellationToken cancellation) =>
        frames.WriteAsync(WebSocketOpcode.Ping, Encoding.ASCII.GetBytes(_hash), cancellation);

    private static async Task SayGoodbyeAsync(WebSocketFrames frames, string reason)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await frames.CloseAsync(WebSocketCloseCode.GoingAway, reason, limit.Token);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Nobody listens any more.
        }
    }

    // An outage may last for days: each new reason is a warning, its repetition is not.
    private void LogOnce(string error, TimeSpan delay)
    {
        if (error == _loggedError)
        {
            Log.StillDisconnected(logger, error, delay.TotalSeconds);
        }
        else
        {
            _loggedError = error;
            Log.Disconnected(logger, error, delay.TotalSeconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The control plane {ControlPlane} offers no remote calls, so whole configurations are taken: {Reason}")]
        public static partial void NoCalls(ILogger logger, string controlPlane, string reason);

        [LoggerMessage(LogLevel.Information, "Connected to the control plane {ControlPlane}")]
        public static partial void Connected(ILogger logger, string controlPlane);

        [LoggerMessage(LogLevel.Warning, "Not connected to a control plane, the configuration in use stays: {Reason} (next attempt in {Delay:0.0} s)")]
        public static partial void Disconnected(ILogger logger, string reason, double delay);

        [LoggerMessage(LogLevel.Debug, "Still not connected: {Reason} (next attempt in {Delay:0.0} s)")]
        public static partial void StillDisconnected(ILogger logger, string reason, double delay);

        // What it holds and how long it took is told by those who apply it.
        [LoggerMessage(LogLevel.Debug, "Configuration {Hash} is in use")]
        public static partial void Applied(ILogger logger, string hash);

        [LoggerMessage(LogLevel.Error, "A bad configuration came from the control plane: {Reason} (entity {Entity}, field {Field}); {Hash} stays in use")]
        public static partial void Rejected(ILogger logger, string reason, string entity, string field, string hash);

        [LoggerMessage(LogLevel.Error, "Configuration {Hash} could not be applied")]
        public static partial void ApplyFailed(ILogger logger, string hash, Exception exception);

        [LoggerMessage(LogLevel.Debug, "Ignored an unexpected {Opcode} frame of the control plane")]
        public static partial void Ignored(ILogger logger, WebSocketOpcode opcode);
    }
}
