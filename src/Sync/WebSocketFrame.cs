namespace Gateway.Sync;

/// <summary>The kind of a WebSocket frame (RFC 6455, 5.2).</summary>
public enum WebSocketOpcode
{
    /// <summary>Continues the message that an earlier frame began.</summary>
    Continuation = 0,

    /// <summary>A message of UTF-8 text.</summary>
    Text = 1,

    /// <summary>A message of bytes.</summary>
    Binary = 2,

    /// <summary>Ends the conversation.</summary>
    Close = 8,

    /// <summary>Asks for a pong; between planes its payload is the hash of the configuration in use.</summary>
    Ping = 9,

    /// <summary>Answers a ping.</summary>
    Pong = 10,
}

/// <summary>Close codes that the planes send (RFC 6455, 7.4.1).</summary>
public static class WebSocketCloseCode
{
    /// <summary>The purpose is fulfilled.</summary>
    public const int Normal = 1000;

    /// <summary>The sender goes away, such as a plane that stops.</summary>
    public const int GoingAway = 1001;

    /// <summary>The peer broke the protocol.</summary>
    public const int ProtocolError = 1002;

    /// <summary>The peer is not acceptable: wrong version, malformed introduction.</summary>
    public const int PolicyViolation = 1008;

    /// <summary>A message is larger than the receiver accepts.</summary>
    public const int MessageTooBig = 1009;
}

/// <summary>A whole message or control frame that arrived.</summary>
/// <param name="Opcode">What it is; never a continuation.</param>
/// <param name="Payload">Its bytes, unmasked and, where it was fragmented, put together.</param>
public readonly record struct WebSocketFrame(WebSocketOpcode Opcode, ReadOnlyMemory<byte> Payload);

/// <summary>The peer sent what RFC 6455 or the payload limit forbids, so that nothing after it can be trusted.</summary>
/// <param name="closeCode">The code to close with.</param>
/// <param name="message">What was wrong.</param>
public sealed class WebSocketFrameException(int closeCode, string message) : IOException(message)
{
    /// <summary>The code to close with.</summary>
    public int CloseCode { get; } = closeCode;
}
