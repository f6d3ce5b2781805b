using System.Text.Json;
using System.Threading.Channels;
using Gateway.Entities;
using Gateway.Plugins;
using Gateway.Sync;
using Gateway.Sync.OlderPlanes;
using Gateway.Sync.Rpc;
using Gateway.Sync.Telemetry;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Clustering;

/// <summary>The conversation with one data plane by remote calls: introduction, then it asks for what is new and is told when there is something.</summary>
internal sealed partial class RpcSession(
    PlaneIdentity identity,
    WebSocketFrames frames,
    ClusterOptions options,
    ConfigPublisher publisher,
    SyncAnswers answers,
    DataPlaneRegistry registry,
    DataPlaneCalls calls,
    TimeProvider time,
    ILogger logger)
{
    // What a plane sends is short: versions, errors, levels.
    private const int MaxUnpacked = 4 * 1024 * 1024;

    // How often a plane that has nothing new to say is noted as seen; it asks every 30 s.
    private static readonly TimeSpan _seenEvery = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, string?> _ownPlugins = options.Plugins.DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Version);

    // One slot: to be told of the newest version once is enough.
    private readonly Channel<bool> _behind = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ExtensionFilter _filter = new([]);
    private Dictionary<string, string?>? _plugins;
    private string? _misfit;
    private IReadOnlyList<string> _losses = [];
    private PlaneIdentity _identity = identity;
    private Guid? _id;
    private bool _syncs;
    private bool _counts;

    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, _identity.Distrusted);
        RpcPeer? peer = null;
        try
        {
            peer = await IntroduceAsync(ending.Token);
            if (peer is not null)
            {
                var telling = _syncs ? TellAsync(peer, ending.Token) : Task.CompletedTask;
                var reason = await peer.RunAsync(ending.Token);
                await ending.CancelAsync();
                await telling.ContinueWith(static _ => { }, TaskScheduler.Default);
                Log.Ended(logger, _identity.Id, _identity.Hostname, _identity.Ip, reason);
                await CloseAsync(WebSocketCloseCode.GoingAway, null);
            }
        }
        catch (WebSocketFrameException e)
        {
            Log.Closed(logger, _identity.Id, _identity.Hostname, _identity.Ip, e.Message);
            await CloseAsync(e.CloseCode, e.Message);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await CloseAsync(WebSocketCloseCode.GoingAway, stopping.IsCancellationRequested ? "the control plane stops" : "the cluster certificate was replaced");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Log.Ended(logger, _identity.Id, _identity.Hostname, _identity.Ip, e.Message);
        }
        finally
        {
            await ending.CancelAsync();
            if (_id is { } id)
            {
                calls.Remove(id, peer);
                registry.Disconnect(this, id);
            }

            await frames.DisposeAsync();
        }
    }

    private async Task<RpcPeer?> IntroduceAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(DataPlaneSession.FirstFrame, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        WebSocketFrame first;
        try
        {
            first = await frames.ReadAsync(both.Token) ?? throw new EndOfStreamException("the connection was closed");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return await RefuseAsync($"no introduction within {DataPlaneSession.FirstFrame.TotalSeconds:0} seconds");
        }

        if (first.Opcode is not WebSocketOpcode.Binary)
        {
            return await RefuseAsync($"the first frame is {first.Opcode} and not a binary introduction");
        }

        if (RpcHello.Parse(first.Payload, out var error) is not { } hello)
        {
            return await RefuseAsync(error!);
        }

        if (!hello.Encodings.Contains(SnappyBlock.Encoding))
        {
            return await RefuseAsync($"it does not understand frames encoded as {SnappyBlock.Encoding}");
        }

        _identity = _identity with { Id = hello.NodeId, Hostname = hello.Hostname, Version = hello.Version };
        _filter = new ExtensionFilter([.. BundledPlugins.Catalog.Entities.Extensions.ExceptBy(hello.Extensions, e => e.Name)]);
        // Planes of the original do not tell.
        _plugins = hello.Plugins is [] ? null : hello.Plugins.DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Version);
        // There is no way back to older versions in this protocol, and those planes take the first one. Only those of 3.9 do not when they are told to use this one.
        _counts = hello.Version.StartsWith(SyncMethods.CountingRelease, StringComparison.Ordinal);
        var fits = (_counts || VersionNumber.Parse(options.Version) <= VersionNumber.Parse(hello.Version)) && Compatibility.CheckVersion(options.Version, hello.Version).IsOk;
        _syncs = options.RpcSync && fits && hello.Capabilities.Contains(SyncMethods.Sync);
        var peer = new RpcPeer(frames, Handlers(), [.. hello.Capabilities], MaxUnpacked, time);
        Register(hello, peer);
        await frames.WriteAsync(WebSocketOpcode.Binary, hello.ToAnswer(options.RpcSync && fits ? [SyncMethods.Sync] : []), cancellation);
        Log.Connected(logger, _identity.Id, _identity.Hostname, _identity.Ip, _identity.Version, _syncs ? "gets changes" : "takes calls");
        return peer;
    }

    private void Register(RpcHello hello, RpcPeer peer)
    {
        if (!Guid.TryParse(hello.NodeId, out var id))
        {
            Log.NotListed(logger, hello.NodeId, _identity.Ip);
            return;
        }

        _id = id;
        calls.Add(id, peer);
        if (_syncs)
        {
            registry.Connect(this, new DataPlane
            {
                Id = id,
                Hostname = hello.Hostname,
                Ip = _identity.Ip,
                Version = hello.Version,
                Labels = hello.Labels,
                CertificateExpiry = _identity.CertificateExpiry,
                Certificate = _identity.Certificate,
                Plugins = hello.Plugins,
                RpcCapabilities = hello.Capabilities,
            });
        }
    }

    private Dictionary<string, RpcHandler> Handlers() => !options.RpcSync ? [] : new(StringComparer.Ordinal)
    {
        [SyncMethods.GetDelta] = GetDeltaAsync,
        [SyncMethods.NotifyValidationError] = NoteFault,
    };

    private async ValueTask<RpcReply> GetDeltaAsync(JsonElement arguments, CancellationToken cancellation)
    {
        if (arguments.GetArrayLength() is 0 || arguments[0].ValueKind is not JsonValueKind.Object
            || !arguments[0].TryGetProperty(SyncMethods.Namespace, out var part) || part.ValueKind is not JsonValueKind.Object)
        {
            return RpcError.NoNamespace;
        }

        var image = publisher.Image ?? await publisher.WaitForImageAsync(null, cancellation);
        var count = part.TryGetProperty("version", out var own) && own.ValueKind is JsonValueKind.Number && own.TryGetInt64(out var number) ? number : 0;
        var version = own.ValueKind is JsonValueKind.String ? own.GetString() : count == image.Version.Count ? image.Version.ToString() : null;
        var hash = SyncVersion.IsVersion(version) ? version! : ConfigHashes.Zeros;
        var fit = _plugins is null ? CompatibilityResult.Normal : Compatibility.CheckPlugins(image.PluginUse.Keys, _ownPlugins, _plugins);
        var (answer, lease) = !fit.IsOk ? (SyncAnswers.Nothing, null)
            : _counts ? await answers.AnswerAsync(count, _filter, cancellation) : await answers.AnswerAsync(version, _filter, cancellation);
        if (answer.Body.Elements.Length > options.MaxPayload - 1024)
        {
            lease?.Dispose();
            fit = fit with { Error = $"the configuration has {answer.Body.Elements.Length} bytes compressed, cluster_max_payload allows {options.MaxPayload}" };
            (answer, lease) = (SyncAnswers.Nothing, null);
        }

        var losses = fit.IsOk ? answers.Losses(image, _filter) : [];
        Note(p => p.ConfigHash == hash && p.SyncStatus == fit.Status && p.Problem == fit.Error && p.Losses.SequenceEqual(losses) && time.GetUtcNow() - p.UpdatedAt < _seenEvery ? p : p with
        {
            ConfigHash = hash,
            SyncStatus = fit.Status,
            Problem = fit.Error,
            Losses = losses,
            Rejection = hash == image.Version.ToString() ? null : p.Rejection,
            Reported = hash == image.Version.ToString() ? null : p.Reported,
        });
        if (fit.Error is { } misfit && misfit != _misfit)
        {
            // Told that nothing is new, so that the connection stays: the next configuration may fit.
            Log.NotSent(logger, _identity.Id, _identity.Hostname, image.Version.ToString(), misfit);
        }

        _misfit = fit.Error;
        if (losses.Count > 0 && !losses.SequenceEqual(_losses))
        {
            Log.Downgraded(logger, _identity.Id, _identity.Hostname, _identity.Version, string.Join("; ", losses));
        }

        _losses = losses;
        if (answer.IsFull)
        {
            if (answer.Version != image.Version)
            {
                // One that was made for another plane a moment ago; this one has heard of nothing newer.
                _behind.Writer.TryWrite(true);
            }

            Log.SentFull(logger, _identity.Id, _identity.Hostname, answer.Version.ToString(), answer.Body.Elements.Length);
        }

        return RpcReply.Of(answer.Body, lease);
    }

    private ValueTask<RpcReply> NoteFault(JsonElement arguments, CancellationToken cancellation)
    {
        if (arguments.GetArrayLength() is 0 || SyncFault.Parse(arguments[0]) is not { } fault)
        {
            return ValueTask.FromResult<RpcReply>(RpcError.Params);
        }

        var reported = new ConfigRejection(fault.Message, fault.Type is null ? null : $"{fault.Type} {fault.Id}".TrimEnd(), fault.Field);
        Note(p => p.Rejection == fault.ToString() && p.Reported == reported ? p : p with { Rejection = fault.ToString(), Reported = reported });
        Log.Rejected(logger, _identity.Id, _identity.Hostname, fault.Version is SyncDeltas.NoVersion ? "that it was sent" : fault.Version, fault.ToString());
        return ValueTask.FromResult(RpcReply.True);
    }

    /// <summary>Tells the plane of every newer version, or of the newest of several that came while it was told of one.</summary>
    private async Task TellAsync(RpcPeer peer, CancellationToken cancellation)
    {
        // It asks by itself when it connects.
        var told = publisher.Image;
        var newer = publisher.WaitForImageAsync(told, cancellation).AsTask();
        var behind = _behind.Reader.WaitToReadAsync(cancellation).AsTask();
        while (true)
        {
            await Task.WhenAny(newer, behind);
            if (behind.IsCompleted)
            {
                await behind;
                _behind.Reader.TryRead(out _);
                behind = _behind.Reader.WaitToReadAsync(cancellation).AsTask();
            }

            if (newer.IsCompleted)
            {
                told = await newer;
                newer = publisher.WaitForImageAsync(told, cancellation).AsTask();
            }

            if (told is null)
            {
                continue;
            }

            var newest = told.Version;
            var version = newest.ToString();
            var (_, error) = await peer.CallAsync(
                SyncMethods.NotifyNewVersion,
                json =>
                {
                    json.WriteStartObject();
                    json.WriteStartObject(SyncMethods.Namespace);
                    if (_counts)
                    {
                        json.WriteNumber("new_version", newest.Count);
                    }
                    else
                    {
                        json.WriteString("new_version", version);
                    }

                    json.WriteEndObject();
                    json.WriteEndObject();
                },
                cancellation);
            if (error is not null)
            {
                Log.NotTold(logger, _identity.Id, _identity.Hostname, version, error.Message);
            }
        }
    }

    private async Task<RpcPeer?> RefuseAsync(string reason)
    {
        Log.Closed(logger, _identity.Id, _identity.Hostname, _identity.Ip, reason);
        await CloseAsync(WebSocketCloseCode.PolicyViolation, reason);
        return null;
    }

    private async Task CloseAsync(int code, string? reason)
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Data plane {Id} ({Hostname}, {Ip}), version {Version}, is connected by remote calls and {Role}")]
        public static partial void Connected(ILogger logger, string id, string hostname, string ip, string version, string role);

        [LoggerMessage(LogLevel.Information, "Data plane {Id} ({Hostname}) is sent the whole configuration {Version}, {Bytes} bytes")]
        public static partial void SentFull(ILogger logger, string id, string hostname, string version, int bytes);

        [LoggerMessage(LogLevel.Warning, "Data plane {Id} ({Hostname}) is not sent configuration {Version}: {Reason}")]
        public static partial void NotSent(ILogger logger, string id, string hostname, string version, string reason);

        [LoggerMessage(LogLevel.Warning, "Data plane {Id} ({Hostname}) of version {Version} does not know a part of the configuration and gets: {Losses}")]
        public static partial void Downgraded(ILogger logger, string id, string hostname, string version, string losses);

        [LoggerMessage(LogLevel.Warning, "Data plane {Id} ({Hostname}) cannot use configuration {Version}: {Reason}")]
        public static partial void Rejected(ILogger logger, string id, string hostname, string version, string reason);

        [LoggerMessage(LogLevel.Debug, "Data plane {Id} ({Hostname}) was not told of version {Version}: {Reason}")]
        public static partial void NotTold(ILogger logger, string id, string hostname, string version, string reason);

        [LoggerMessage(LogLevel.Warning, "Data plane {Id} ({Hostname}, {Ip}) is disconnected: {Reason}")]
        public static partial void Closed(ILogger logger, string id, string hostname, string ip, string reason);

        [LoggerMessage(LogLevel.Information, "Data plane {Id} ({Hostname}, {Ip}) is gone: {Reason}")]
        public static partial void Ended(ILogger logger, string id, string hostname, string ip, string reason);

        [LoggerMessage(LogLevel.Warning, "The data plane at {Ip} has the node id '{Id}', which is no UUID: it is served, but not listed")]
        public static partial void NotListed(ILogger logger, string id, string ip);
    }
}
