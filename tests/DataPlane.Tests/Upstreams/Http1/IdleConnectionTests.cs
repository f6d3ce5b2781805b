using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Upstreams.Http1;

public sealed class IdleConnectionTests
{
    private const int Rounds = 20;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Octets_ThatArriveWhileItIsIdle_AreNoAnswerToTheNextRequest(bool tls, bool closes)
    {
        using var authority = TestAuthority.Create();
        using var certificate = authority.Issue("shop.test", ["shop.test"]);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var service = Some.Service(((IPEndPoint)listener.LocalEndpoint).Port) with { Protocol = tls ? Protocol.Https : Protocol.Http };
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));

        for (var round = 0; round < Rounds; round++)
        {
            // A POST is never sent a second time: it must find the connection unfit before it is written.
            var asking = gateway.Client.PostAsync($"/{round}", new StringContent("x"));
            using var socket = await listener.AcceptSocketAsync().WaitAsync(Wait.Patience);
            socket.NoDelay = true;
            await using Stream plain = new NetworkStream(socket);
            await using var stream = tls ? new SslStream(plain) : plain;
            if (stream is SslStream secure)
            {
                await secure.AuthenticateAsServerAsync(certificate);
            }

            await ReadAsync(stream);
            await stream.WriteAsync(Answer("good"));
            using var answer = await asking.WaitAsync(Wait.Patience);
            (answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.OK, "good"));

            if (closes)
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            else
            {
                await stream.WriteAsync(Answer("evil"));
            }

            await Wait.UntilAsync(() => socket.Poll(0, SelectMode.SelectWrite), "the octets have left");
        }
    }

    [Fact]
    public async Task Record_ThatComesTogetherWithTheAnswer_EndsTheConnection()
    {
        using var authority = TestAuthority.Create();
        using var certificate = authority.Issue("shop.test", ["shop.test"]);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var service = Some.Service(((IPEndPoint)listener.LocalEndpoint).Port) with { Protocol = Protocol.Https };
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));

        for (var round = 0; round < 2; round++)
        {
            var asking = gateway.Client.GetStringAsync("/");
            using var socket = await listener.AcceptSocketAsync().WaitAsync(Wait.Patience);
            await using var joint = new HoldingStream(socket);
            await using var stream = new SslStream(joint);
            await stream.AuthenticateAsServerAsync(certificate);
            await ReadAsync(stream);

            // Both records leave in one segment, so that TLS at the other side holds the second one before anybody asks for it.
            joint.Hold();
            await stream.WriteAsync(Answer("good"));
            await stream.WriteAsync(Answer("evil"));
            await joint.ReleaseAsync();
            (await asking.WaitAsync(Wait.Patience)).ShouldBe("good");
        }
    }

    private static byte[] Answer(string body) => Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static async Task ReadAsync(Stream stream)
    {
        var (text, buffer) = (string.Empty, new byte[4096]);
        while (!text.Contains("\r\n\r\n", StringComparison.Ordinal) || (text.StartsWith("POST", StringComparison.Ordinal) && !text.EndsWith('x')))
        {
            text += Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer).AsTask().WaitAsync(Wait.Patience));
        }
    }

    /// <summary>A socket's stream that sends several writes as one.</summary>
    private sealed class HoldingStream(Socket socket) : NetworkStream(socket)
    {
        private MemoryStream? _held;

        public void Hold() => _held = new MemoryStream();

        public async Task ReleaseAsync()
        {
            var held = _held!.ToArray();
            _held = null;
            await base.WriteAsync(held);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_held is null)
            {
                return base.WriteAsync(buffer, cancellationToken);
            }

            _held.Write(buffer.Span);
            return default;
        }
    }
}
