using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Gateway.DataPlane.Upstreams.Dns;

/// <summary>What came of a question.</summary>
/// <param name="Records">The records; none when there are none.</param>
/// <param name="Failure">Why nobody could say, in Kong's words; null when someone did.</param>
/// <param name="IsSilent">Whether no server said anything at all.</param>
internal sealed record DnsAnswer(IReadOnlyList<DnsRecord> Records, string? Failure, bool IsSilent = false);

/// <summary>Asks name servers, one after the other, over UDP and where an answer does not fit over TCP.</summary>
/// <param name="servers">The servers.</param>
/// <param name="conf">Timeouts and attempts.</param>
/// <param name="time">The clock.</param>
internal sealed class DnsClient(IReadOnlyList<IPEndPoint> servers, ResolvConf conf, TimeProvider time)
{
    private const int NameError = 3;

    // Without EDNS a server sends 512 octets; some send more all the same.
    private const int MaxDatagram = 4096;

    // Whoever sends forged answers gets so many chances per question.
    private const int MaxStrays = 32;

    private static readonly string[] _codes = ["", "format error", "server failure", "name error", "not implemented", "refused"];
    private int _turn = -1;

    /// <summary>Asks for the records of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <param name="cancellation">Ends the question.</param>
    public async Task<DnsAnswer> AskAsync(string name, DnsType type, CancellationToken cancellation)
    {
        var failure = "dns client error: no servers";
        var isSilent = true;
        var first = conf.Rotate ? (int)((uint)Interlocked.Increment(ref _turn) % (uint)servers.Count) : 0;
        for (var attempt = 0; attempt < conf.Attempts; attempt++)
        {
            // A new number and a new port for each attempt.
            if (DnsWire.Question((ushort)RandomNumberGenerator.GetInt32(0x10000), name, type) is not { } question)
            {
                return new DnsAnswer([], null);
            }

            var (answer, error) = await AskAsync(servers[(first + attempt) % servers.Count], question, cancellation);
            switch (answer)
            {
                case null:
                    failure = $"dns client error: {error}";
                    continue;
                case { Code: 0 }:
                    return new DnsAnswer(answer.Records, null);
                case { Code: NameError }:
                    return new DnsAnswer([], null);
                default:
                    isSilent = false;
                    failure = $"dns server error: {answer.Code} {(answer.Code < _codes.Length ? _codes[answer.Code] : "unknown")}";
                    continue;
            }
        }

        return new DnsAnswer([], failure, isSilent);
    }

    private async Task<(DnsMessage? Answer, string? Error)> AskAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(conf.Timeout, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var answer = await AskOverUdpAsync(server, question, ending.Token);
            return (answer is { IsTruncated: true } ? await AskOverTcpAsync(server, question, ending.Token) : answer, "malformed answer");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, "timeout");
        }
        catch (SocketException e)
        {
            return (null, e.SocketErrorCode is SocketError.ConnectionRefused ? "connection refused" : e.SocketErrorCode.ToString());
        }
        catch (IOException)
        {
            return (null, "the connection was closed");
        }
    }

    private static async Task<DnsMessage?> AskOverUdpAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

        // Bound to a random port by the kernel; connected, so that nothing from elsewhere is taken in.
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(question, cancellation);
        var buffer = new byte[MaxDatagram];
        for (var i = 0; i < MaxStrays; i++)
        {
            var length = await socket.ReceiveAsync(buffer, cancellation);
            if (DnsWire.Read(buffer.AsSpan(0, length), question) is { } answer)
            {
                return answer;
            }
        }

        return null;
    }

    private static async Task<DnsMessage?> AskOverTcpAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellation);
        await using var stream = new NetworkStream(socket);
        var framed = new byte[2 + question.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Length);
        question.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellation);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellation);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message, cancellation);
        return DnsWire.Read(message, question) is { IsTruncated: false } answer ? answer : null;
    }
}
