using System.Security.Cryptography;
using System.Text;

namespace Gateway.Sync;

/// <summary>How an attempt to upgrade a connection ended.</summary>
/// <param name="Accepted">Whether frames may now be exchanged.</param>
/// <param name="Status">The HTTP status of the answer, 0 when the peer closed without one.</param>
/// <param name="Error">What the peer answered instead, for a log.</param>
public readonly record struct HandshakeResult(bool Accepted, int Status, string? Error);

/// <summary>The HTTP/1.1 upgrade with which a WebSocket conversation begins (RFC 6455, 4).</summary>
public static class WebSocketHandshake
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int MaxAnswer = 16 * 1024;

    /// <summary>Whether the headers of a GET request ask for an upgrade that this product can give.</summary>
    /// <param name="upgrade">The <c>Upgrade</c> header.</param>
    /// <param name="version">The <c>Sec-WebSocket-Version</c> header.</param>
    /// <param name="key">The <c>Sec-WebSocket-Key</c> header.</param>
    public static bool IsUpgrade(string? upgrade, string? version, string? key)
    {
        Span<byte> decoded = stackalloc byte[18];
        return string.Equals(upgrade, "websocket", StringComparison.OrdinalIgnoreCase) && version == "13" && key is { Length: 24 }
            && Convert.TryFromBase64String(key, decoded, out var length) && length == 16;
    }

    /// <summary>The <c>Sec-WebSocket-Accept</c> that answers a key.</summary>
    /// <param name="key">The <c>Sec-WebSocket-Key</c> header.</param>
#pragma warning disable CA5350 // The protocol names SHA-1; it protects nothing here.
    public static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
#pragma warning restore CA5350

    /// <summary>Asks the server at the other end of a stream for the upgrade, and reads its answer and not a byte more.</summary>
    /// <param name="stream">The connected stream.</param>
    /// <param name="host">The <c>Host</c> header.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="protocol">The subprotocol to speak, which the answer must name; null for none.</param>
    public static async ValueTask<HandshakeResult> ConnectAsync(Stream stream, string host, string target, CancellationToken cancellation, string? protocol = null)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var request = $"GET {target} HTTP/1.1\r\nUpgrade: websocket\r\nHost: {host}\r\nSec-WebSocket-Key: {key}\r\n"
            + (protocol is null ? "" : $"Sec-WebSocket-Protocol: {protocol}\r\n") + "Sec-WebSocket-Version: 13\r\nConnection: Upgrade\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellation);
        await stream.FlushAsync(cancellation);

        if (await ReadHeadAsync(stream, cancellation) is not { Length: > 0 } head)
        {
            return new HandshakeResult(false, 0, "the connection was closed without an answer");
        }

        var lines = head.Split("\r\n");
        var status = lines[0].Split(' ') is [_, var code, ..] && int.TryParse(code, out var number) ? number : 0;
        if (status != 101)
        {
            return new HandshakeResult(false, status, $"the answer was '{lines[0]}'");
        }

        string? Header(string name) => lines.Skip(1).Select(l => l.Split(':', 2)).FirstOrDefault(
            l => l.Length == 2 && l[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))?[1].Trim();

        return Header("Sec-WebSocket-Accept") != Accept(key) ? new HandshakeResult(false, status, "the answer has a wrong Sec-WebSocket-Accept header")
            : protocol is not null && Header("Sec-WebSocket-Protocol") != protocol ? new HandshakeResult(false, status, $"the answer does not name the subprotocol {protocol}")
            : new HandshakeResult(true, status, null);
    }

    /// <summary>Reads the head of an answer, up to and with its empty line, and not a byte more; empty when the peer closes.</summary>
    /// <param name="stream">The connected stream.</param>
    /// <param name="cancellation">Gives up.</param>
    // Byte by byte, because what follows the head is frames; a TLS stream serves these reads from its record.
    public static async ValueTask<string> ReadHeadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new byte[MaxAnswer];
        var length = 0;
        while (length < MaxAnswer && !head.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            var read = await stream.ReadAsync(head.AsMemory(length, 1), cancellation);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return Encoding.Latin1.GetString(head, 0, length);
    }
}
