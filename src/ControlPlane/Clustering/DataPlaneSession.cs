using System.Text;
using System.Threading.Channels;
using Gateway.Entities;
using Gateway.Plugins;
using Gateway.Sync;
using Gateway.Sync.OlderPlanes;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Clustering;

/// <summary>The conversation with one connected data plane: introduction, checks, then configurations down and pings up.</summary>
internal sealed partial class DataPlaneSession(
    PlaneIdentity identity,
    WebSocketFrames frames,
    ClusterOptions options,
    ConfigPublisher publisher,
    DataPlaneRegistry registry,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>How long the introduction may take.</summary>
    internal static readonly TimeSpan FirstFrame = TimeSpan.FromSeconds(5);

    /// <summary>Data planes ping every 30 s; half as long again without a frame means that they are gone.</summary>
    internal static readonly TimeSpan Liveness = TimeSpan.FromSeconds(45);

    /// <summary>How long a plane that says nothing is left alone with what it was sent, and any at most: what follows a configuration that it refused reaches it within a second.</summary>
    internal static readonly TimeSpan MostPatience = TimeSpan.FromMilliseconds(900);

    // 16 MB through a slow line; whoever takes longer does not read.
    private static readonly TimeSpan _sending = TimeSpan.FromSeconds(60);

    // The first version that takes routes written as expressions beside others.
    private static readonly long _mixedRoutes = VersionNumber.Parse("3.7.0");

    // More unanswered pings than this are a flood.
    private readonly Channel<bool> _pongs = Channel.CreateBounded<bool>(64);
    private readonly Dictionary<string, string?> _ownPlugins = options.Plugins.DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Version);
    private Dictionary<string, string?> _plugins = [];
    private IReadOnlyList<EntityExtension> _unknown = [];
    private IReadOnlyList<string> _losses = [];
    private TaskCompletionSource? _said;
    private Guid? _id;

    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, identity.Distrusted);
        try
        {
            var refusal = await IntroduceAsync(ending.Token);
            if (refusal is null)
            {
                var reading = ReadAsync(ending.Token);
                var writing = WriteAsync(ending.Token);
                var ended = await Task.WhenAny(reading, writing);
                await ending.CancelAsync();
                await Task.WhenAll(reading, writing).ContinueWith(static _ => { }, TaskScheduler.Default);
                refusal = await ended;
            }

            if (refusal is not null)
            {
                Log.Closed(logger, identity.Id, identity.Hostname, identity.Ip, refusal.Value.Reason);
                await CloseAsync(refusal.Value.Code, refusal.Value.Reason);
            }
        }
        catch (WebSocketFrameException e)
        {
            Log.Closed(logger, identity.Id, identity.Hostname, identity.Ip, e.Message);
            await CloseAsync(e.CloseCode, e.Message);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await CloseAsync(WebSocketCloseCode.GoingAway, stopping.IsCancellationRequested ? "the control plane stops" : "the cluster certificate was replaced");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Log.Lost(logger, identity.Id, identity.Hostname, identity.Ip, e.Message);
        }
        finally
        {
            if (_id is { } id)
            {
                registry.Disconnect(this, id);
            }

            await frames.DisposeAsync();
        }
    }

    private async Task<Refusal?> IntroduceAsync(CancellationToken cancellation)
    {
        if (await ReceiveAsync(FirstFrame, cancellation) is not { } first)
        {
            return new Refusal(WebSocketCloseCode.PolicyViolation, $"no introduction within {FirstFrame.TotalSeconds:0} seconds");
        }

        if (first.Opcode is not WebSocketOpcode.Binary)
        {
            return new Refusal(WebSocketCloseCode.PolicyViolation, $"the first frame is {first.Opcode} and not a binary introduction");
        }

        if (BasicInfo.Parse(first.Payload, out var error) is not { } info)
        {
            return new Refusal(WebSocketCloseCode.PolicyViolation, error!);
        }

        _unknown = [.. BundledPlugins.Catalog.Entities.Extensions.ExceptBy(info.Extensions, e => e.Name)];
        _plugins = info.Plugins.DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Version);
        if (Guid.TryParse(identity.Id, out var id))
        {
            _id = id;
            registry.Connect(this, new DataPlane
            {
                Id = id,
                Hostname = identity.Hostname,
                Ip = identity.Ip,
                Version = identity.Version,
                Labels = info.Labels,
                CertificateExpiry = identity.CertificateExpiry,
                Certificate = identity.Certificate,
                Plugins = info.Plugins,
            });
        }
        else
        {
            Log.NotListed(logger, identity.Id, identity.Ip);
        }

        var version = Compatibility.CheckVersion(options.Version, identity.Version);
        if (!version.IsOk)
        {
            Note(p => p with { SyncStatus = version.Status, Problem = version.Error });
            return new Refusal(WebSocketCloseCode.PolicyViolation, version.Error!);
        }

        Log.Connected(logger, identity.Id, identity.Hostname, identity.Ip, identity.Version);
        return null;
    }

    private async Task<Refusal?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (await ReceiveAsync(Liveness, cancellation) is not { } frame)
            {
                return new Refusal(WebSocketCloseCode.GoingAway, $"no sign of life for {Liveness.TotalSeconds:0} seconds");
            }

            if (frame.Opcode is WebSocketOpcode.Close)
            {
                var (code, reason) = WebSocketFrames.ReadClose(frame.Payload.Span);
                Log.Left(logger, identity.Id, identity.Hostname, identity.Ip, code, reason);
                await CloseAsync(null, null);
                return null;
            }

            if (!ConfigHashes.IsWellFormed(frame.Payload.Span))
            {
                return new Refusal(WebSocketCloseCode.PolicyViolation, "invalid hash in a ping");
            }

            if (frame.Opcode is not WebSocketOpcode.Ping)
            {
                return new Refusal(WebSocketCloseCode.PolicyViolation, $"an unexpected {frame.Opcode} frame");
            }

            var hash = Encoding.ASCII.GetString(frame.Payload.Span);
            Note(p => p with
            {
                ConfigHash = hash,
                SyncStatus = p.SyncStatus is SyncStatus.Unknown ? SyncStatus.Normal : p.SyncStatus,
                Problem = hash == publisher.DocumentHash ? null : p.Problem,
            });
            Volatile.Read(ref _said)?.TrySetResult();
            if (!_pongs.Writer.TryWrite(true))
            {
                return new Refusal(WebSocketCloseCode.PolicyViolation, "too many pings without waiting for their pongs");
            }
        }
    }

    // The configuration is looked up when it is sent, so a plane that takes long gets the newest next and nothing between.
    private async Task<Refusal?> WriteAsync(CancellationToken cancellation)
    {
        var newer = publisher.WaitForNewerAsync(null, cancellation).AsTask();
        var pong = _pongs.Reader.WaitToReadAsync(cancellation).AsTask();
        while (true)
        {
            await Task.WhenAny(newer, pong);
            if (newer.IsCompleted)
            {
                var document = await newer;
                _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
                var isSent = await PushAsync(document, cancellation);
                newer = NextAsync(document, isSent ? PauseAsync(_said.Task, cancellation) : Task.CompletedTask, cancellation);
            }

            if (pong.IsCompleted)
            {
                await pong;
                while (_pongs.Reader.TryRead(out _))
                {
                    await SendAsync(WebSocketOpcode.Pong, default, cancellation);
                }

                pong = _pongs.Reader.WaitToReadAsync(cancellation).AsTask();
            }
        }
    }

    private async Task<ConfigDocument> NextAsync(ConfigDocument known, Task pause, CancellationToken cancellation)
    {
        await pause;
        return await publisher.WaitForNewerAsync(known, cancellation);
    }

    /// <summary>
    /// Leaves the plane alone with what it was sent until it pings, as it does when it is done with a configuration, and as long again: what changes faster than it can follow
    /// takes half of its time at most. The first change after a rest goes out at once.
    /// </summary>
    private async Task PauseAsync(Task said, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(said, Task.Delay(MostPatience, time, limit.Token));
        await limit.CancelAsync();
        var took = time.GetElapsedTime(began);
        var rest = MostPatience - took;
        if (rest > TimeSpan.Zero)
        {
            await Task.Delay(took < rest ? took : rest, time, cancellation);
        }
    }

    /// <returns>Whether it was sent.</returns>
    private async Task<bool> PushAsync(ConfigDocument document, CancellationToken cancellation)
    {
        var fit = Compatibility.CheckPlugins(document.PluginNames, _ownPlugins, _plugins);
        if (fit.IsOk && options.ExpressionRoutes && document.HasMixedRoutes && VersionNumber.Parse(identity.Version) < _mixedRoutes)
        {
            fit = fit with { Error = $"{identity.Version} does not support mixed mode route" };
        }

        var frame = fit.IsOk ? await document.FrameForAsync(identity.Version, _unknown) : new ConfigFrame(default, []);
        if (frame.Payload.Length > options.MaxPayload)
        {
            fit = fit with { Error = $"the configuration has {frame.Payload.Length} bytes compressed, cluster_max_payload allows {options.MaxPayload}" };
        }

        // Only a plane's own frames are signs of life, so without news there is nothing to note.
        Note(p => p.SyncStatus == fit.Status && p.Problem == fit.Error && p.Losses.SequenceEqual(frame.Losses)
            ? p : p with { SyncStatus = fit.Status, Problem = fit.Error, Losses = frame.Losses });
        if (!fit.IsOk)
        {
            // Not sent, but the connection stays: the next configuration may fit.
            Log.NotSent(logger, identity.Id, identity.Hostname, identity.Ip, document.ConfigHash, fit.Error!);
            return false;
        }

        await SendAsync(WebSocketOpcode.Binary, frame.Payload, cancellation);
        Log.Sent(logger, identity.Id, identity.Hostname, document.ConfigHash, frame.Payload.Length);
        if (frame.Losses.Count > 0 && !frame.Losses.SequenceEqual(_losses))
        {
            Log.Downgraded(logger, identity.Id, identity.Hostname, identity.Version, string.Join("; ", frame.Losses));
        }

        _losses = frame.Losses;
        return true;
    }

    private async Task SendAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_sending, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await frames.WriteAsync(opcode, payload, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new IOException($"it did not take a frame of {payload.Length} bytes within {_sending.TotalSeconds:0} seconds");
        }
    }

    // Null after the time limit; an ended stream is a lost connection.
    private async Task<WebSocketFrame?> ReceiveAsync(TimeSpan within, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(within, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await frames.ReadAsync(both.Token) ?? throw new EndOfStreamException("the connection was closed");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task CloseAsync(int? code, string? reason)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
            await frames.CloseAsync(code, reason, limit.Token);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer is gone already.
        }
    }

    private void Note(Func<DataPlane, DataPlane> change)
    {
        if (_id is { } id)
        {
            registry.Update(this, id, change);
        }
    }

    private readonly record struct Refusal(int Code, string Reason);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Data plane {Id} ({Hostname}, {Ip}), version {Version}, is connected")]
        public static partial void Connected(ILogger logger, string id, string hostname, string ip, string version);

        [LoggerMessage(LogLevel.Debug, "Data plane {Id} ({Hostname}) was sent configuration {Hash}, {Bytes} bytes")]
        public static partial void Sent(ILogger logger, string id, string hostname, string hash, int bytes);

        [LoggerMessage(LogLevel.Warning, "Data plane {Id} ({Hostname}) of version {Version} is too old for a part of the configuration and gets: {Losses}")]
        public static partial void Downgraded(ILogger logger, string id, string hostname, string version, string losses);

        [LoggerMessage(LogLevel.Warning, "Data plane {Id} ({Hostname}, {Ip}) is not sent configuration {Hash}: {Reason}")]
        public static partial void NotSent(ILogger logger, string id, string hostname, string ip, string hash, string reason);

        [LoggerMessage(LogLevel.Warning, "Data plane {Id} ({Hostname}, {Ip}) is disconnected: {Reason}")]
        public static partial void Closed(ILogger logger, string id, string hostname, string ip, string reason);

        [LoggerMessage(LogLevel.Information, "Data plane {Id} ({Hostname}, {Ip}) is lost: {Reason}")]
        public static partial void Lost(ILogger logger, string id, string hostname, string ip, string reason);

        [LoggerMessage(LogLevel.Information, "Data plane {Id} ({Hostname}, {Ip}) left with code {Code} {Reason}")]
        public static partial void Left(ILogger logger, string id, string hostname, string ip, int code, string reason);

        [LoggerMessage(LogLevel.Warning, "The data plane at {Ip} has the node id '{Id}', which is no UUID: it is served, but not listed")]
        public static partial void NotListed(ILogger logger, string id, string ip);
    }
}
