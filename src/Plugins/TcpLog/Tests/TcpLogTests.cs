using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Plugins.TcpLog;
using Gateway.Plugins.Tests.Common;
using Gateway.PluginSdk;
using Gateway.Testing;

namespace Gateway.Plugins.Tests.TcpLog;

public sealed class TcpLogTests : LineServer
{
    [Theory]
    [InlineData(null, true)]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public async Task SpeaksTls_WithAServerWhoseAuthorityTheNodeTrusts_NotFurtherAwayThanAllowed(int? depth, bool isTrusted)
    {
        using var root = TestAuthority.Create();
        using var between = root.Intermediate("between");
        using var issued = between.Issue("log.test", ["log.test"]);
        using var certificate = X509CertificateLoader.LoadPkcs12(issued.Export(X509ContentType.Pkcs12), null);
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var plugin = new TcpLogPlugin(Queues, new OutgoingTls { Authorities = root.Certificate.ExportCertificatePem(), Depth = depth });

        plugin.Log(Exchange(), new TcpLogConfig { Host = "127.0.0.1", Port = ((IPEndPoint)server.LocalEndpoint).Port, Tls = true, TlsSni = "log.test" });

        using var client = await server.AcceptTcpClientAsync(Limit);
        await using var tls = new SslStream(client.GetStream());
        var context = SslStreamCertificateContext.Create(certificate, [.. between.Chain], offline: true);
        string? line = null;
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context }, Limit);
            using var reader = new StreamReader(tls);
            line = await reader.ReadLineAsync(Limit);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The client went away before it sent anything.
        }

        (line is not null).ShouldBe(isTrusted);
    }
}
