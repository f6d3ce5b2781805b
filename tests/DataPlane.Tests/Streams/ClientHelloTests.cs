using System.Buffers;
using System.Buffers.Binary;
using System.Net.Security;
using System.Text;
using Gateway.DataPlane.Streams;

namespace Gateway.DataPlane.Tests.Streams;

public sealed class ClientHelloTests
{
    [Theory]
    [InlineData("db.example.org", "db.example.org")]
    [InlineData("DB.Example.ORG", "db.example.org")]
    [InlineData("", null)]
    public async Task Message_OfARealClient_TellsItsServerName(string asked, string? expected)
    {
        var octets = await CaptureAsync(asked);
        ClientHello.TryRead(octets, out var name).ShouldBe(OperationStatus.Done);
        name.ShouldBe(expected);
    }

    [Fact]
    public async Task Message_InPiecesAndRecordsOfAnySize_IsOne()
    {
        var whole = await CaptureAsync("db.example.org");
        for (var length = 0; length < whole.Length; length++)
        {
            ClientHello.TryRead(whole.AsSpan(0, length), out _).ShouldBe(OperationStatus.NeedMoreData, $"{length} of {whole.Length} octets");
        }

        foreach (var size in new[] { 1, 2, 3, 7, 64 })
        {
            var records = Split(whole, size);
            ClientHello.TryRead(records, out var name).ShouldBe(OperationStatus.Done, $"records of {size}");
            name.ShouldBe("db.example.org");
            ClientHello.TryRead(records.AsSpan(0, records.Length - 1), out _).ShouldBe(OperationStatus.NeedMoreData);
        }
    }

    [Fact]
    public async Task Message_WithAnyOctetChanged_IsNeverAnException()
    {
        var whole = await CaptureAsync("db.example.org");
        var random = new Random(7);
        for (var place = 0; place < whole.Length; place++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7f, 0xff, (byte)random.Next(256) })
            {
                var changed = whole.ToArray();
                changed[place] = value;
                ClientHello.TryRead(changed, out _).ShouldBeOneOf(OperationStatus.Done, OperationStatus.InvalidData, OperationStatus.NeedMoreData);
            }
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\0\0\0\u0008\u0004\u00d2\u0016/")]                       // PostgreSQL asks for TLS
    [InlineData("SSH-2.0-x\r\n")]
    public void OtherProtocols_AreNoHandshake(string text) => ClientHello.TryRead(Encoding.Latin1.GetBytes(text), out _).ShouldBe(OperationStatus.InvalidData);

    [Theory]
    [InlineData("a b", false)]
    [InlineData("a\0b", false)]
    [InlineData("a/b", false)]
    [InlineData(".", false)]
    [InlineData("a.b.", true)]
    [InlineData("xn--bcher-kva.example", true)]
    public void ServerName_WithOctetsOfNoName_IsRefused(string name, bool isName) =>
        ClientHello.TryRead(Hello(Extension(0, Name(name))), out _).ShouldBe(isName ? OperationStatus.Done : OperationStatus.InvalidData);

    [Fact]
    public void Structure_ThatIsNotExact_IsRefused()
    {
        var name = Extension(0, Name("a.example"));
        ClientHello.TryRead(Hello([.. name, .. name]), out _).ShouldBe(OperationStatus.InvalidData, "two of one extension");
        ClientHello.TryRead(Hello([.. name, 0]), out _).ShouldBe(OperationStatus.InvalidData, "an octet too many");
        ClientHello.TryRead(Hello(Extension(0, [])), out _).ShouldBe(OperationStatus.InvalidData, "an empty list");
        ClientHello.TryRead(Hello([]), out var none).ShouldBe(OperationStatus.Done);
        none.ShouldBeNull();
        byte[] empty = [22, 3, 1, 0, 0];
        ClientHello.TryRead(empty, out _).ShouldBe(OperationStatus.InvalidData, "an empty record");
        byte[] huge = [22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff];
        ClientHello.TryRead(huge, out _).ShouldBe(OperationStatus.InvalidData, "16 MB to come");
        byte[] server = [22, 3, 1, 0, 4, 2, 0, 0, 0];
        ClientHello.TryRead(server, out _).ShouldBe(OperationStatus.InvalidData, "a server's message");
    }

    private static byte[] Name(string name)
    {
        var host = Encoding.Latin1.GetBytes(name);
        return [.. Number(host.Length + 3), 0, .. Number(host.Length), .. host];
    }

    private static byte[] Extension(int type, byte[] content) => [.. Number(type), .. Number(content.Length), .. content];

    private static byte[] Hello(byte[] extensions)
    {
        byte[] body = [3, 3, .. new byte[32], 0, .. Number(2), 0x13, 0x01, 1, 0, .. Number(extensions.Length), .. extensions];
        return [22, 3, 1, .. Number(body.Length + 4), 1, 0, .. Number(body.Length), .. body];
    }

    private static byte[] Number(int value)
    {
        var octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
        return octets;
    }

    private static byte[] Split(byte[] record, int size) => [.. record.Skip(5).Chunk(size).SelectMany(part => (byte[])[22, 3, 1, .. Number(part.Length), .. part])];

    /// <summary>The first message of the TLS client that .NET has.</summary>
    private static async Task<byte[]> CaptureAsync(string serverName)
    {
        using var sent = new Sink();
        await using var tls = new SslStream(sent);
        await Should.ThrowAsync<IOException>(() => tls.AuthenticateAsClientAsync(serverName));
        return sent.ToArray();
    }

    /// <summary>Keeps what is written, and is at its end for who reads.</summary>
    private sealed class Sink : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(0);
    }
}
