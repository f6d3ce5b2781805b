using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Sync;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Sync;

/// <summary>A control plane made by hand, which shows what the data plane sends and can also misbehave.</summary>
internal sealed class FakeControlPlane : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;

    public FakeControlPlane(X509Certificate2 certificate)
    {
        _certificate = certificate;
        _listener.Start();
    }

    public string Endpoint => _listener.LocalEndpoint.ToString()!;

    /// <summary>Takes the next connection as far as its HTTP request, which it does not answer.</summary>
    public async Task<Peer> AcceptAsync()
    {
        using var patience = new CancellationTokenSource(Wait.Patience);
        var tls = new SslStream((await _listener.AcceptTcpClientAsync(patience.Token)).GetStream());
        var name = "";
        await tls.AuthenticateAsServerAsync(
            (_, hello, _, _) =>
            {
                name = hello.ServerName;
                return ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificate = _certificate,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, peer, _, _) => peer is not null,
                });
            },
            null,
            patience.Token);
        var head = new byte[8192];
        var length = 0;
        do
        {
            var read = await tls.ReadAsync(head.AsMemory(length), patience.Token);
            if (read == 0)
            {
                break;
            }

            length += read;
        }
        while (!head.AsSpan(0, length).EndsWith("\r\n\r\n"u8));
        return new Peer(tls, name, Encoding.ASCII.GetString(head, 0, length));
    }

    public async Task<Peer> AcceptAndUpgradeAsync()
    {
        var peer = await AcceptAsync();
        await peer.UpgradeAsync();
        return peer;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    internal sealed class Peer(SslStream stream, string serverName, string request) : IAsyncDisposable
    {
        public string ServerName => serverName;

        public string Request => request;

        public X509Certificate? Certificate => stream.RemoteCertificate;

        public WebSocketFrames Frames { get; } = new(stream, isClient: false, 1 << 24);

        public Stream Stream => stream;

        public async Task UpgradeAsync()
        {
            var key = request.Split("\r\n").Single(l => l.StartsWith("Sec-WebSocket-Key: ", StringComparison.Ordinal))[19..];
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                + $"Sec-WebSocket-Accept: {WebSocketHandshake.Accept(key)}\r\n\r\n"));
        }

        public async Task<(WebSocketOpcode Opcode, string Text)> ReceiveAsync()
        {
            using var patience = new CancellationTokenSource(Wait.Patience);
            var frame = (await Frames.ReadAsync(patience.Token)).ShouldNotBeNull();
            return (frame.Opcode, Encoding.UTF8.GetString(frame.Payload.Span));
        }

        public ValueTask DisposeAsync() => Frames.DisposeAsync();
    }
}
