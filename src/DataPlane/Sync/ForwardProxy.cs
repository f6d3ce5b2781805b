using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Gateway.Sync;

namespace Gateway.DataPlane.Sync;

/// <summary>A proxy through which the control plane is reached (<c>proxy_server</c>).</summary>
/// <param name="Address">Its URL, <c>http</c> or <c>https</c>, with user and password where it wants them.</param>
/// <param name="VerifyCertificate">Whether an <c>https</c> proxy must have a certificate that this machine trusts (<c>proxy_server_ssl_verify</c>).</param>
public sealed record ForwardProxy(Uri Address, bool VerifyCertificate = true)
{
    /// <summary>Has the proxy connect to a host; what it answers is said by the exception.</summary>
    internal async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var tcp = new TcpClient { NoDelay = true };
        Stream? stream = null;
        try
        {
            await tcp.ConnectAsync(Address.IdnHost, Address.Port, cancellation);
            stream = tcp.GetStream();
            if (Address.Scheme == Uri.UriSchemeHttps)
            {
                stream = await SecureAsync(stream, cancellation);
            }

            var target = host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";
            await stream.WriteAsync(Encoding.Latin1.GetBytes(
                $"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nProxy-Connection: Keep-Alive\r\n{Authorization()}\r\n"), cancellation);
            await stream.FlushAsync(cancellation);
            var head = await WebSocketHandshake.ReadHeadAsync(stream, cancellation);
            var line = head.Split("\r\n", 2)[0];
            if (line.Split(' ') is not [_, "200", ..])
            {
                throw new IOException(head.Length == 0
                    ? $"the proxy {Name} closed the connection without an answer"
                    : $"the proxy {Name} does not connect to {target}: '{line}'");
            }

            return stream;
        }
        catch (Exception e)
        {
            await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
            tcp.Dispose();
            if (e is SocketException or System.Security.Authentication.AuthenticationException)
            {
                throw new IOException($"the proxy {Name} cannot be reached: {e.InnerException?.Message ?? e.Message}", e);
            }

            throw;
        }
    }

    // Without what may be a password.
    private string Name => Address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private async Task<SslStream> SecureAsync(Stream stream, CancellationToken cancellation)
    {
        var tls = new SslStream(stream);
        var options = new SslClientAuthenticationOptions { TargetHost = Address.IdnHost };
        if (!VerifyCertificate)
        {
#pragma warning disable CA5359 // The operator said so.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        await tls.AuthenticateAsClientAsync(options, cancellation);
        return tls;
    }

    private string Authorization()
    {
        // Only a whole pair is sent, as the original does.
        if (Address.UserInfo.Split(':', 2) is not [{ Length: > 0 } user, { Length: > 0 } password])
        {
            return "";
        }

        var pair = Encoding.UTF8.GetBytes($"{Uri.UnescapeDataString(user)}:{Uri.UnescapeDataString(password)}");
        return $"Proxy-Authorization: Basic {Convert.ToBase64String(pair)}\r\n";
    }

    /// <summary>The proxy without its password.</summary>
    public override string ToString() => Name;
}
