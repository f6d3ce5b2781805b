using System.Text.Json;
using System.Threading.Channels;
using Gateway.Sync;
using Gateway.Sync.Rpc;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Sync;

/// <summary>One connection to the control plane on which both call each other: this side asks for what is new, that side tells when there is something.</summary>
/// <param name="options">Who this node is.</param>
/// <param name="configuration">What is brought up to date.</param>
/// <param name="levels">The log level, or null.</param>
/// <param name="connection">Where the state is shown.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class RpcConversation(
    ControlPlaneClientOptions options, PlaneConfiguration configuration, LogLevelControl? levels, ControlPlaneConnection connection, TimeProvider time, ILogger logger)
{
    /// <summary>Where remote calls are made.</summary>
    public const string Path = "/v2/outlet";

    private static readonly TimeSpan _introduction = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pollInterval = TimeSpan.FromSeconds(30);

    // A large configuration through a slow line, behind others.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    // As the original: a version that was told of may take a moment to be readable.
    private static readonly TimeSpan _again = TimeSpan.FromMilliseconds(100);
    private const int Retries = 5;

    // One slot: several reasons to ask are one question.
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private string _wanted = ConfigHashes.Zeros;
    private string? _refused;

    private bool Takes => options.RpcSync && configuration.ApplyChanges is not null;

    /// <summary>Introduces this node; the capabilities of the control plane, or null when it cannot be worked with.</summary>
    public async Task<IReadOnlyList<string>?> IntroduceAsync(WebSocketFrames frames, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_introduction, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var hello = new RpcHello
            {
                NodeId = options.NodeId.ToString(),
                Version = options.Version,
                Hostname = options.Hostname,
                Capabilities = [.. Handlers().Keys.Select(RpcPeer.CapabilityOf).Distinct()],
                Labels = options.Labels,
                Extensions = options.Extensions,
                Plugins = options.Plugins,
                Settings = SettingsMask.Apply(options.Settings),
            };
            await frames.WriteAsync(WebSocketOpcode.Binary, hello.ToMessage(), both.Token);
            return await frames.ReadAsync(both.Token) is { Opcode: WebSocketOpcode.Binary } answer ? RpcHello.ParseAnswer(answer.Payload) : null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Serves the connection until it ends, and says why it did.</summary>
    /// <param name="frames">The connection, after the introduction.</param>
    /// <param name="capabilities">What the control plane answers.</param>
    /// <param name="syncs">Whether the configuration comes this way.</param>
    /// <param name="onHeard">Called when the control plane answered for the first time.</param>
    /// <param name="cancellation">Ends it from this side.</param>
    public async Task<string> RunAsync(WebSocketFrames frames, IReadOnlyList<string> capabilities, bool syncs, Action onHeard, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var peer = new RpcPeer(frames, Handlers(), capabilities, (int)Math.Min(Array.MaxLength, 64L * options.MaxPayload), time);
        Task<string> serving = peer.RunAsync(ending.Token);
        Task<string>[] all = syncs ? [serving, SyncAsync(peer, onHeard, ending.Token)] : [serving];
        var ended = await Task.WhenAny(all);
        await ending.CancelAsync();
        await Task.WhenAll(all).ContinueWith(static _ => { }, TaskScheduler.Default);
        return await ended;
    }

    private Dictionary<string, RpcHandler> Handlers()
    {
        var handlers = new Dictionary<string, RpcHandler>(levels?.Handlers ?? [], StringComparer.Ordinal);
        if (Takes)
        {
            handlers[SyncMethods.NotifyNewVersion] = (arguments, _) => ValueTask.FromResult(Hear(arguments));
        }

        return handlers;
    }

    private RpcReply Hear(JsonElement arguments)
    {
        if (arguments.GetArrayLength() is 0 || arguments[0].ValueKind is not JsonValueKind.Object || !arguments[0].TryGetProperty(SyncMethods.Namespace, out var part)
            || part.ValueKind is not JsonValueKind.Object)
        {
            return RpcError.NoNamespace;
        }

        if (!part.TryGetProperty("new_version", out var version) || version.ValueKind is not JsonValueKind.String)
        {
            return RpcError.Refused("'new_version' key does not exist");
        }

        Volatile.Write(ref _wanted, version.GetString()!);
        _news.Writer.TryWrite(true);
        return RpcReply.True;
    }

    private async Task<string> SyncAsync(RpcPeer peer, Action onHeard, CancellationToken cancellation)
    {
        while (true)
        {
            for (var attempt = 0; ; attempt++)
            {
                if (await AskAsync(peer, cancellation) is { } broken)
                {
                    return broken;
                }

                onHeard();
                if (attempt == Retries || string.CompareOrdinal(Volatile.Read(ref _wanted), configuration.Version()) <= 0 || _refused is not null)
                {
                    break;
                }

                await Task.Delay(_again, time, cancellation);
            }

            using var poll = new CancellationTokenSource(_pollInterval, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(poll.Token, cancellation);
            try
            {
                await _news.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Nobody told of anything; a message may have been lost.
            }
        }
    }

    /// <summary>Asks once and applies the answer; returns why this connection is of no use, or null.</summary>
    private async Task<string?> AskAsync(RpcPeer peer, CancellationToken cancellation)
    {
        var from = configuration.Version();
        var (result, error) = await peer.CallAsync(SyncMethods.GetDelta, json => WriteVersion(json, from), cancellation, _patience);
        if (error is not null)
        {
            return $"the control plane does not answer {SyncMethods.GetDelta}: {error.Message}";
        }

        if (SyncDeltas.Parse(result, out var wrong) is not { } deltas)
        {
            return $"the control plane answers {SyncMethods.GetDelta} with what is none: {wrong}";
        }

        if (deltas.Deltas.Count is 0)
        {
            (_refused, _) = (null, 0);
            InUse(from);
            return null;
        }

        // What was refused once is refused again; only another version is worth the work.
        if (deltas.Version.Length > 0 && deltas.Version == _refused)
        {
            return null;
        }

        if (await TryApplyAsync(deltas, cancellation) is ApplyOutcome.Rejected rejection)
        {
            _refused = deltas.Version;
            connection.Rejected(rejection);
            var fault = FaultOf(rejection, deltas.Version.Length > 0 ? deltas.Version : SyncDeltas.NoVersion);
            Log.Rejected(logger, fault.Version, fault.Message, rejection.Entity ?? "the changes", rejection.Field ?? "-", from);
            await peer.NotifyAsync(SyncMethods.NotifyValidationError, fault.WriteTo, cancellation);
            return null;
        }

        _refused = null;
        InUse(configuration.Version());
        await peer.NotifyAsync(SyncMethods.GetDelta, json => WriteVersion(json, configuration.Version()), cancellation);
        return null;
    }

    private void InUse(string version)
    {
        if (connection.Status.ConfigHash != version || connection.Status.Rejection is not null)
        {
            connection.InUse(version);
        }
    }

    private async ValueTask<ApplyOutcome> TryApplyAsync(SyncDeltas deltas, CancellationToken cancellation)
    {
        try
        {
            return await configuration.ApplyChanges!(deltas, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // A bug there must not cost the connection: the next version may be fine.
            Log.ApplyFailed(logger, deltas.Version, e);
            return new ApplyOutcome.Rejected(e.Message);
        }
    }

    private static SyncFault FaultOf(ApplyOutcome.Rejected rejection, string version)
    {
        var (type, id) = rejection.Entity?.Split(' ', 2) is [var kind, .. var rest] ? (kind, rest.FirstOrDefault()) : (null, null);
        return new SyncFault(version, rejection.Message, type, id, rejection.Field);
    }

    private static void WriteVersion(Utf8JsonWriter json, string version)
    {
        json.WriteStartObject();
        json.WriteStartObject(SyncMethods.Namespace);
        json.WriteString("version", version);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Version {Version} of the configuration cannot be used: {Reason} (entity {Entity}, field {Field}); {InUse} stays in use")]
        public static partial void Rejected(ILogger logger, string version, string reason, string entity, string field, string inUse);

        [LoggerMessage(LogLevel.Error, "Version {Version} of the configuration could not be applied")]
        public static partial void ApplyFailed(ILogger logger, string version, Exception exception);
    }
}
