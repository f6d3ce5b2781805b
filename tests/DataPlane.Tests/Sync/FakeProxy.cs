using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Sync;

namespace Gateway.DataPlane.Tests.Sync;

/// <summary>A forward proxy that knows nothing but CONNECT.</summary>
internal sealed class FakeProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;

    public FakeProxy(X509Certificate2? certificate = null, string? answer = null)
    {
        _listener.Start();
        _serving = ServeAsync(certificate, answer);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The heads of the requests that came.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _serving;
        _ending.Dispose();
    }

    private async Task ServeAsync(X509Certificate2? certificate, string? answer)
    {
        var tunnels = new List<Task>();
        try
        {
            while (true)
            {
                tunnels.Add(TunnelAsync(await _listener.AcceptTcpClientAsync(_ending.Token), certificate, answer));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(tunnels);
        }
    }

    private async Task TunnelAsync(TcpClient client, X509Certificate2? certificate, string? answer)
    {
        using var _ = client;
        try
        {
            Stream stream = client.GetStream();
            if (certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, _ending.Token);
                stream = tls;
            }

            var head = await WebSocketHandshake.ReadHeadAsync(stream, _ending.Token);
            if (head.Length == 0)
            {
                return;
            }

            Requests.Enqueue(head);
            if (answer is not null)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _ending.Token);
                return;
            }

            using var target = new TcpClient();
            await target.ConnectAsync(IPEndPoint.Parse(head.Split(' ')[1]), _ending.Token);
            await stream.WriteAsync("HTTP/1.1 200 Connection established\r\nVia: 1.1 fake\r\n\r\n"u8.ToArray(), _ending.Token);
            var other = target.GetStream();
            await Task.WhenAny(stream.CopyToAsync(other, _ending.Token), other.CopyToAsync(stream, _ending.Token));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The data plane left.
        }
    }
}
