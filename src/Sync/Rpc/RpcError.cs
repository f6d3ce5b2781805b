namespace Gateway.Sync.Rpc;

/// <summary>Why a remote call failed (JSON-RPC 2.0, 5.1).</summary>
/// <param name="Code">The code.</param>
/// <param name="Message">What is wrong.</param>
public sealed record RpcError(int Code, string Message)
{
    /// <summary>The bytes are no JSON.</summary>
    public const int ParseError = -32700;

    /// <summary>The JSON is no message.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>There is no such method.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>The method does not take these parameters.</summary>
    public const int InvalidParams = -32602;

    /// <summary>The receiver is broken.</summary>
    public const int InternalError = -32603;

    /// <summary>The method says no.</summary>
    public const int ServerError = -32000;

    /// <summary>A call that the method refuses.</summary>
    /// <param name="message">Why.</param>
    public static RpcError Refused(string message) => new(ServerError, message);

    /// <summary>A call that names no configuration of those that are spoken of.</summary>
    public static RpcError NoNamespace { get; } = Refused("default namespace does not exist inside params");

    /// <summary>A call whose parameters the method does not take.</summary>
    public static RpcError Params { get; } = new(InvalidParams, "Invalid params");
}

/// <summary>What came of a call, or of one that a handler answers.</summary>
public sealed record RpcReply
{
    private RpcReply()
    {
    }

    /// <summary>The result: UTF-8 JSON; empty when there is an error or the result is compressed already.</summary>
    public ReadOnlyMemory<byte> Json { get; private init; }

    /// <summary>The result that is compressed already, or null.</summary>
    public PackedJson? Packed { get; private init; }

    /// <summary>Why there is no result, or null.</summary>
    public RpcError? Error { get; private init; }

    /// <summary>Given back once the reply is sent.</summary>
    public IDisposable? Lease { get; private init; }

    /// <summary>The result <c>true</c>.</summary>
    public static RpcReply True { get; } = Of("true"u8.ToArray());

    /// <summary>A result.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    public static RpcReply Of(ReadOnlyMemory<byte> json) => new() { Json = json };

    /// <summary>A result that is compressed already.</summary>
    /// <param name="packed">The result.</param>
    /// <param name="lease">Given back once the reply is sent.</param>
    public static RpcReply Of(PackedJson packed, IDisposable? lease = null) => new() { Packed = packed, Lease = lease };

    /// <summary>A failure.</summary>
    /// <param name="error">Why.</param>
    public static implicit operator RpcReply(RpcError error) => new() { Error = error };
}
