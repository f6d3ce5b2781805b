using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Node;

/// <summary>Fields that refer to secrets: the node that proxies looks them up in its own environment.</summary>
public sealed class VaultNodeTests : IDisposable
{
    private readonly TestCommand _command = new();
    private readonly HttpClient _client = new();
    private readonly int _proxy = FreePort.Next();
    private readonly int _tls = FreePort.Next();
    private readonly int _admin = FreePort.Next();
    private readonly TcpListener _sink = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task References_OfEntities_AreLookedUpThroughVaultsAndTheirPrefixes()
    {
        _sink.Start();
        (await _command.RunAsync("hybrid", "gen_cert", _command.PathOf("a.crt"), _command.PathOf("a.key"))).ExitCode.ShouldBe(0);
        await using var node = await StartAsync("""
            _format_version: "3.0"
            vaults:
            - {name: env, prefix: my-vault, config: {prefix: SECRET_}}
            certificates:
            - cert: "{vault://my-vault/cert}"
              key: "{vault://env/pair/key}"
              snis: [{name: a.test}]
            - cert: "{vault://env/nowhere}"
              key: "{vault://env/nowhere}"
              snis: [{name: b.test}]
            services:
            - name: s
              url: http://nowhere.test
              routes:
              - name: r
                paths: [/]
                plugins:
                - {name: request-termination, config: {status_code: 200}}
                - {name: http-log, config: {http_endpoint: "{vault://my-vault/endpoint}", headers: {X-Token: "{vault://env/token}"}}}
            """);

        using var own = X509CertificateLoader.LoadCertificateFromFile(_command.PathOf("a.crt"));
        (await ShownAsync("a.test")).ShouldBe(own.Thumbprint);
        // A secret that is missing takes nothing else with it.
        (await ShownAsync("b.test")).ShouldNotBe(own.Thumbprint);
        node.Output.ShouldContain("cert refers to a secret that is not there: could not get value from external vault (no value found)");

        using var answer = await _client.GetAsync(new Uri($"http://127.0.0.1:{_proxy}/x"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var log = await _sink.AcceptTcpClientAsync().WaitAsync(Wait.Patience);
        using var reader = new StreamReader(log.GetStream());
        (await reader.ReadLineAsync())!.ShouldStartWith("POST /logs ");
        var headers = new List<string>();
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            headers.Add(line);
        }

        headers.ShouldContain("X-Token: hush");
        node.Output.ShouldNotContain("hush");

        // What is shown and exported is the reference.
        var shown = await _client.GetStringAsync(new Uri($"http://127.0.0.1:{_admin}/config"));
        shown.ShouldContain("{vault://env/token}");
        shown.ShouldNotContain("hush");
    }

    public void Dispose()
    {
        _sink.Dispose();
        _client.Dispose();
        _command.Dispose();
    }

    private async Task<GatewayProcess> StartAsync(string configuration)
    {
        var node = GatewayProcess.Kong(["start"], new Dictionary<string, string>
        {
            ["KONG_DATABASE"] = "off",
            ["KONG_PREFIX"] = _command.PathOf("prefix"),
            ["KONG_PROXY_LISTEN"] = $"127.0.0.1:{_proxy}, 127.0.0.1:{_tls} ssl",
            ["KONG_ADMIN_LISTEN"] = $"127.0.0.1:{_admin}",
            ["KONG_STATUS_LISTEN"] = "off",
            ["KONG_ADMIN_GUI_LISTEN"] = "off",
            ["KONG_DECLARATIVE_CONFIG"] = _command.Write("kong.yml", configuration),
            ["SECRET_CERT"] = await File.ReadAllTextAsync(_command.PathOf("a.crt")),
            ["PAIR"] = new System.Text.Json.Nodes.JsonObject { ["key"] = await File.ReadAllTextAsync(_command.PathOf("a.key")) }.ToJsonString(),
            ["SECRET_ENDPOINT"] = $"http://127.0.0.1:{((IPEndPoint)_sink.LocalEndpoint).Port}/logs",
            ["TOKEN"] = "hush",
        });
        await Wait.UntilAsync(() => node.HasExited || node.Output.Split('\n').Contains("Kong started"), "the node starts");
        node.HasExited.ShouldBeFalse(node.Output);
        return node;
    }

    /// <summary>The certificate that clients of a server name are shown.</summary>
    private async Task<string> ShownAsync(string name)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _tls);
        await using var tls = new SslStream(client.GetStream(), false, (_, shown, _, _) => shown is not null);
        await tls.AuthenticateAsClientAsync(name);
        return ((X509Certificate2)tls.RemoteCertificate!).Thumbprint;
    }
}
