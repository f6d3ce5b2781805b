using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.DataPlane.Tests.Upstreams.Dns;

/// <summary>A name server on a loopback port, over UDP and TCP, that answers from a zone which the test changes.</summary>
internal sealed class TestDnsServer : IAsyncDisposable
{
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;

    private TestDnsServer()
    {
        // The same port for both; the next one where someone has taken it over TCP.
        while (true)
        {
            _udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _tcp = new TcpListener((IPEndPoint)_udp.LocalEndPoint!);
            try
            {
                _tcp.Start();
                break;
            }
            catch (SocketException)
            {
                _udp.Dispose();
                _udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            }
        }

        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    public IPEndPoint EndPoint => (IPEndPoint)_udp.LocalEndPoint!;

    /// <summary>The records by name and type; what is not here does not exist.</summary>
    public ConcurrentDictionary<(string Name, int Type), TestRecord[]> Zone { get; } = new();

    /// <summary>What it was asked, in order.</summary>
    public ConcurrentQueue<(string Name, int Type, bool OverTcp)> Asked { get; } = new();

    /// <summary>Changes an answer before it is sent; null sends none.</summary>
    public Func<byte[], bool, byte[]?> Change { get; set; } = static (answer, _) => answer;

    /// <summary>What every answer waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static TestDnsServer Start() => new();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _serving.ContinueWith(_ => { }, TaskScheduler.Default);
        _ending.Dispose();
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[1024];
        while (true)
        {
            var received = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _ending.Token);
            var question = buffer[..received.ReceivedBytes];
            _ = Task.Run(async () =>
            {
                if (await AnswerAsync(question, overTcp: false) is { } answer)
                {
                    await _udp.SendToAsync(answer, SocketFlags.None, received.RemoteEndPoint, _ending.Token);
                }
            });
        }
    }

    private async Task ServeTcpAsync()
    {
        while (true)
        {
            using var client = await _tcp.AcceptTcpClientAsync(_ending.Token);
            var stream = client.GetStream();
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, _ending.Token);
            var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(question, _ending.Token);
            if (await AnswerAsync(question, overTcp: true) is { } answer)
            {
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. length, .. answer], _ending.Token);
            }
        }
    }

    private async Task<byte[]?> AnswerAsync(byte[] question, bool overTcp)
    {
        var (name, end) = ReadName(question, 12);
        int type = BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan(end));
        Asked.Enqueue((name, type, overTcp));
        await Gate;
        var exists = Zone.Keys.Any(k => k.Name == name);
        var records = Zone.GetValueOrDefault((name, type)) ?? Zone.GetValueOrDefault((name, 5)) ?? [];
        var answer = new List<byte>(question);
        answer[2] = 0x81;
        answer[3] = exists ? (byte)0x80 : (byte)0x83;
        answer[7] = (byte)records.Length;
        foreach (var record in records)
        {
            // The owner is the question's name, by a pointer, unless the record names another.
            answer.AddRange(record.Owner is null ? [0xc0, 12] : WriteName(record.Owner));
            answer.AddRange([0, (byte)record.Type, 0, 1, (byte)(record.Ttl >> 24), (byte)(record.Ttl >> 16), (byte)(record.Ttl >> 8), (byte)record.Ttl]);
            answer.AddRange([(byte)(record.Data.Length >> 8), (byte)record.Data.Length, .. record.Data]);
        }

        return Change([.. answer], overTcp);
    }

    internal static byte[] WriteName(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0];

    private static (string Name, int End) ReadName(byte[] message, int at)
    {
        var labels = new List<string>();
        for (; message[at] > 0; at += message[at] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(message, at + 1, message[at]));
        }

        return (string.Join('.', labels).ToLowerInvariant(), at + 1);
    }
}

/// <summary>A record of the zone.</summary>
internal sealed record TestRecord(int Type, byte[] Data, int Ttl = 60, string? Owner = null)
{
    public static TestRecord A(string address, int ttl = 60, string? owner = null) => new(1, IPAddress.Parse(address).GetAddressBytes(), ttl, owner);

    public static TestRecord Aaaa(string address, int ttl = 60) => new(28, IPAddress.Parse(address).GetAddressBytes(), ttl);

    public static TestRecord Cname(string target, int ttl = 60, string? owner = null) => new(5, TestDnsServer.WriteName(target), ttl, owner);

    public static TestRecord Srv(int priority, int weight, int port, string target, int ttl = 60) =>
        new(33, [(byte)(priority >> 8), (byte)priority, (byte)(weight >> 8), (byte)weight, (byte)(port >> 8), (byte)port, .. TestDnsServer.WriteName(target)], ttl);
}
