using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;

namespace Gateway.Sync.Rpc;

/// <summary>Answers one method.</summary>
/// <param name="arguments">The positional parameters: a JSON array.</param>
/// <param name="cancellation">Ends with the connection.</param>
public delegate ValueTask<RpcReply> RpcHandler(JsonElement arguments, CancellationToken cancellation);

/// <summary>One end of a connection on which both sides call each other (JSON-RPC 2.0 over WebSocket, each frame a Snappy block).</summary>
/// <param name="frames">The connection, after the introductions.</param>
/// <param name="handlers">The methods that this side answers.</param>
/// <param name="capabilities">The groups of methods that the other side answers.</param>
/// <param name="maxUnpacked">The largest unpacked message accepted, in bytes.</param>
/// <param name="time">The clock.</param>
public sealed class RpcPeer(
    WebSocketFrames frames, IReadOnlyDictionary<string, RpcHandler> handlers, IReadOnlyCollection<string> capabilities, int maxUnpacked, TimeProvider time)
{
    /// <summary>How long a call may take unless it says otherwise.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _pingAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _liveness = TimeSpan.FromSeconds(45);

    // A large answer through a slow line; whoever takes longer does not read.
    private static readonly TimeSpan _sending = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<int, TaskCompletionSource<(JsonElement Result, RpcError? Error)>> _pending = [];

    // More calls at a time than this wait unread, and so slow their sender.
    private readonly Channel<bool> _answering = Channel.CreateBounded<bool>(64);
    private int _lastId = -1;
    private long _heard = time.GetTimestamp();

    /// <summary>The groups of methods that the other side answers.</summary>
    public IReadOnlyCollection<string> Capabilities => capabilities;

    /// <summary>Serves the connection until it ends; returns why it did.</summary>
    /// <param name="cancellation">Ends it from this side.</param>
    /// <exception cref="IOException">The connection is lost.</exception>
    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            var reading = ReadAsync(ending.Token);
            var pinging = KeepAliveAsync(ending.Token);
            var ended = await Task.WhenAny(reading, pinging);
            await ending.CancelAsync();
            await Task.WhenAll(reading, pinging).ContinueWith(static _ => { }, TaskScheduler.Default);
            return await ended;
        }
        finally
        {
            foreach (var id in _pending.Keys)
            {
                Complete(id, (default, RpcError.Refused("the connection is lost")));
            }
        }
    }

    /// <summary>Calls a method of the other side.</summary>
    /// <param name="method">The method.</param>
    /// <param name="arguments">Writes the positional parameters.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <param name="timeout">How long the answer may take; null for <see cref="CallTimeout"/>.</param>
    /// <returns>The result, or why there is none.</returns>
    public async Task<(JsonElement Result, RpcError? Error)> CallAsync(
        string method, Action<Utf8JsonWriter> arguments, CancellationToken cancellation, TimeSpan? timeout = null)
    {
        if (!capabilities.Contains(CapabilityOf(method)))
        {
            return (default, RpcError.Refused($"requested capability does not exist, capability: {CapabilityOf(method)}"));
        }

        var id = Interlocked.Increment(ref _lastId);
        var answer = _pending[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await SendAsync(RpcMessages.Request(id, method, arguments), cancellation);
            return await answer.Task.WaitAsync(timeout ?? CallTimeout, time, cancellation);
        }
        catch (TimeoutException)
        {
            return (default, RpcError.Refused($"no answer to {method} within {(timeout ?? CallTimeout).TotalSeconds:0} seconds"));
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    /// <summary>Calls a method of the other side without waiting for what comes of it.</summary>
    /// <param name="method">The method.</param>
    /// <param name="arguments">Writes the positional parameters.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task NotifyAsync(string method, Action<Utf8JsonWriter> arguments, CancellationToken cancellation) =>
        SendAsync(RpcMessages.Request(null, method, arguments), cancellation);

    /// <summary>The group that a method belongs to: its name up to the last dot.</summary>
    /// <param name="method">The method.</param>
    public static string CapabilityOf(string method) => method.LastIndexOf('.') is > 0 and var dot ? method[..dot] : method;

    private async Task<string> ReadAsync(CancellationToken cancellation)
    {
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
                return $"no sign of life for {_liveness.TotalSeconds:0} seconds";
            }

            Volatile.Write(ref _heard, time.GetTimestamp());
            switch (received)
            {
                case null:
                    return "the connection was closed";
                case { Opcode: WebSocketOpcode.Close } close:
                    var (code, reason) = WebSocketFrames.ReadClose(close.Payload.Span);
                    return $"closed with code {code}{(reason.Length > 0 ? ": " : "")}{reason}";
                case { Opcode: WebSocketOpcode.Ping }:
                    await frames.WriteAsync(WebSocketOpcode.Pong, default, cancellation);
                    break;
                case { Opcode: WebSocketOpcode.Binary } message:
                    await TakeAsync(message.Payload, cancellation);
                    break;
                case { Opcode: WebSocketOpcode.Text }:
                    throw new WebSocketFrameException(WebSocketCloseCode.PolicyViolation, "a text where messages are binary");
            }
        }
    }

    private async Task<string> KeepAliveAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var quiet = time.GetElapsedTime(Volatile.Read(ref _heard));
            if (quiet < _pingAfter)
            {
                await Task.Delay(_pingAfter - quiet + TimeSpan.FromMilliseconds(1), time, cancellation);
                continue;
            }

            await frames.WriteAsync(WebSocketOpcode.Ping, default, cancellation);
            await Task.Delay(_pingAfter, time, cancellation);
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        JsonElement root;
        try
        {
            // Not disposed of: results are handed out. Its buffer is the message itself.
            root = SnappyBlock.Unpack(payload.Span, maxUnpacked) is { } json ? JsonDocument.Parse(json).RootElement : default;
        }
        catch (JsonException)
        {
            root = default;
        }

        switch (root.ValueKind)
        {
            case JsonValueKind.Undefined:
                await SendAsync(RpcMessages.Response(null, new RpcError(RpcError.ParseError, "Parse error")), cancellation);
                break;
            case JsonValueKind.Array when root.GetArrayLength() is 0:
                await SendAsync(RpcMessages.Response(null, new RpcError(RpcError.InvalidRequest, "empty batch array")), cancellation);
                break;
            case JsonValueKind.Array:
                await BeginAsync(() => AnswerBatchAsync(root, cancellation), cancellation);
                break;
            default:
                if (!TryComplete(root))
                {
                    await BeginAsync(() => AnswerAsync(root, cancellation), cancellation);
                }

                break;
        }
    }

    // Beside the reading, so that a long answer does not hold up the answers to this side's own calls.
    private async Task BeginAsync(Func<Task> answer, CancellationToken cancellation)
    {
        await _answering.Writer.WriteAsync(true, cancellation);
        _ = RunToEndAsync();

        async Task RunToEndAsync()
        {
            try
            {
                await answer();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
            {
                // The connection ends; whoever reads from it says why.
            }
            finally
            {
                _answering.Reader.TryRead(out _);
            }
        }
    }

    private async Task AnswerAsync(JsonElement message, CancellationToken cancellation)
    {
        var (id, reply) = await HandleAsync(message, cancellation);
        using var lease = reply?.Lease;
        if (reply?.Packed is { } packed && id is not null)
        {
            var head = SnappyBlock.Head(RpcMessages.Before(id), packed, "}"u8);
            await SendAsync(token => frames.WriteAsync(WebSocketOpcode.Binary, head, packed.Elements, SnappyBlock.Literal("}"u8), token), cancellation);
        }
        else if (reply is not null)
        {
            await SendAsync(Render(id, reply), cancellation);
        }
    }

    private async Task AnswerBatchAsync(JsonElement batch, CancellationToken cancellation)
    {
        var answers = new List<byte[]>();
        foreach (var message in batch.EnumerateArray().Where(m => !TryComplete(m)))
        {
            var (id, reply) = await HandleAsync(message, cancellation);
            using var lease = reply?.Lease;
            if (reply?.Packed is { } packed)
            {
                answers.Add(packed.Length <= maxUnpacked ? RpcMessages.Response(id!, packed.Unpack()) : RpcMessages.Response(id, RpcError.Refused("too large for a batch")));
            }
            else if (reply is not null)
            {
                answers.Add(Render(id, reply));
            }
        }

        if (answers.Count > 0)
        {
            await SendAsync([(byte)'[', .. answers.SelectMany((a, i) => i is 0 ? a : [(byte)',', .. a]), (byte)']'], cancellation);
        }
    }

    /// <summary>What a message asks; no reply to a notification.</summary>
    private async Task<(string? Id, RpcReply? Reply)> HandleAsync(JsonElement message, CancellationToken cancellation)
    {
        var isObject = message.ValueKind is JsonValueKind.Object;
        var id = isObject && message.TryGetProperty("id", out var number) && number.ValueKind is JsonValueKind.Number or JsonValueKind.String ? number.GetRawText() : null;
        if (!isObject || !message.TryGetProperty("jsonrpc", out var protocol) || protocol.ValueKind is not JsonValueKind.String || !protocol.ValueEquals("2.0")
            || !message.TryGetProperty("method", out var method) || method.ValueKind is not JsonValueKind.String)
        {
            return (id, new RpcError(RpcError.InvalidRequest, "Invalid Request"));
        }

        if (!handlers.TryGetValue(method.GetString()!, out var handler))
        {
            return (id, id is null ? null : (RpcReply)new RpcError(RpcError.MethodNotFound, "Method not found"));
        }

        var arguments = message.TryGetProperty("params", out var given) ? given : default;
        var reply = arguments.ValueKind is JsonValueKind.Array ? await AnswerOfAsync(handler, arguments, cancellation) : RpcError.Params;
        if (id is null)
        {
            reply.Lease?.Dispose();
            return (null, null);
        }

        return (id, reply);
    }

    private static async Task<RpcReply> AnswerOfAsync(RpcHandler handler, JsonElement arguments, CancellationToken cancellation)
    {
        try
        {
            return await handler(arguments, cancellation);
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException or OutOfMemoryException))
        {
            // A bug here must not leave the other side waiting.
            return new RpcError(RpcError.InternalError, "Internal error");
        }
    }

    private bool TryComplete(JsonElement message)
    {
        if (message.ValueKind is not JsonValueKind.Object || message.TryGetProperty("method", out _))
        {
            return false;
        }

        var error = message.TryGetProperty("error", out var failure) && failure.ValueKind is JsonValueKind.Object
            ? new RpcError(
                failure.TryGetProperty("code", out var code) && code.TryGetInt32(out var number) ? number : RpcError.InternalError,
                failure.TryGetProperty("message", out var text) && text.ValueKind is JsonValueKind.String ? text.GetString()! : "unknown error")
            : null;
        var hasResult = message.TryGetProperty("result", out var result);
        if (error is null && !hasResult)
        {
            return false;
        }

        // An answer that nobody waits for any more is dropped.
        if (message.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.Number && id.TryGetInt32(out var call))
        {
            Complete(call, (result, error));
        }

        return true;
    }

    private void Complete(int id, (JsonElement Result, RpcError? Error) answer)
    {
        if (_pending.TryRemove(id, out var waiting))
        {
            waiting.TrySetResult(answer);
        }
    }

    private static byte[] Render(string? id, RpcReply reply) =>
        reply.Error is { } error || id is null ? RpcMessages.Response(id, reply.Error!) : RpcMessages.Response(id, reply.Json.Span);

    private Task SendAsync(byte[] message, CancellationToken cancellation) =>
        SendAsync(token => frames.WriteAsync(WebSocketOpcode.Binary, SnappyBlock.Pack(message), token), cancellation);

    private async Task SendAsync(Func<CancellationToken, ValueTask> send, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_sending, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await send(both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new IOException($"a message was not taken within {_sending.TotalSeconds:0} seconds");
        }
    }
}
