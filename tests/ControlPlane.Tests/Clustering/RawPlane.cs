using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Sync;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>A data plane made by hand, which can also misbehave.</summary>
internal sealed class RawPlane(SslStream stream) : IAsyncDisposable
{
    public const string Introduction = """
        {"type":"basic_info","plugins":[{"name":"key-auth","version":"3.10.0"},{"name":"rate-limiting","version":"3.10.0"}],"filters":{},"process_conf":{}}
        """;

    public WebSocketFrames Frames { get; } = new(stream, isClient: true, 64 * 1024 * 1024);

    public Stream Stream => stream;

    public static async Task<RawPlane> DialAsync(string endpoint, X509Certificate2? certificate, X509Certificate2Collection? chain = null)
    {
        var tcp = new TcpClient();
        var colon = endpoint.LastIndexOf(':');
        await tcp.ConnectAsync(endpoint[..colon], int.Parse(endpoint[(colon + 1)..]));
#pragma warning disable CA5359 // What the control plane presents is not what these tests are about.
        var tls = new SslStream(tcp.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "kong_clustering",
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, chain, offline: true),
        });
        return new RawPlane(tls);
    }

    public static async Task<RawPlane> ConnectAsync(
        TestControlPlane controlPlane, string id, string version = "3.10.0", string introduction = Introduction)
    {
        var plane = await DialAsync(controlPlane.Endpoint, controlPlane.Options.Identity.Current.Certificate);
        (await plane.UpgradeAsync($"/v1/outlet?node_id={id}&node_hostname=raw&node_version={version}")).Accepted.ShouldBeTrue();
        await plane.SendAsync(WebSocketOpcode.Binary, introduction);
        return plane;
    }

    public async Task<HandshakeResult> UpgradeAsync(string target)
    {
        try
        {
            return await WebSocketHandshake.ConnectAsync(stream, "cp", target, default);
        }
        catch (IOException)
        {
            return new HandshakeResult(false, 0, "reset");
        }
    }

    public ValueTask SendAsync(WebSocketOpcode opcode, string payload) => Frames.WriteAsync(opcode, Encoding.UTF8.GetBytes(payload), default);

    public async Task<WebSocketFrame?> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Testing.Wait.Patience);
        return await Frames.ReadAsync(patience.Token);
    }

    /// <summary>The code of the close frame that must come next; 0 when the connection ends without one.</summary>
    public async Task<int> ReceiveCloseAsync()
    {
        try
        {
            return await ReceiveAsync() is { Opcode: WebSocketOpcode.Close } close ? WebSocketFrames.ReadClose(close.Payload.Span).Code : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>The configuration that must come next.</summary>
    public async Task<Reconfigure> ReceiveConfigAsync()
    {
        var frame = (await ReceiveAsync()).ShouldNotBeNull();
        frame.Opcode.ShouldBe(WebSocketOpcode.Binary);
        return Reconfigure.Parse(frame.Payload, 1 << 24, out var error).ShouldNotBeNull(error);
    }

    public ValueTask DisposeAsync() => Frames.DisposeAsync();
}
