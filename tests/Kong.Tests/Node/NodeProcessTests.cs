using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Node;

/// <summary>A data plane as a process of its own: it needs no database, and no control plane either.</summary>
public sealed class NodeProcessTests : IDisposable
{
    private readonly TestCommand _command = new();
    private readonly Dictionary<string, string> _environment = new()
    {
        ["KONG_ROLE"] = "data_plane",
        ["KONG_DATABASE"] = "off",
        ["KONG_PROXY_LISTEN"] = $"127.0.0.1:{FreePort.Next()}",
        ["KONG_STATUS_LISTEN"] = $"127.0.0.1:{FreePort.Next()}",
        ["KONG_CLUSTER_CONTROL_PLANE"] = $"127.0.0.1:{FreePort.Next()}",
    };

    public NodeProcessTests()
    {
        _environment["KONG_PREFIX"] = _command.PathOf("prefix");
        _environment["KONG_CLUSTER_CERT"] = _command.PathOf("cluster.crt");
        _environment["KONG_CLUSTER_CERT_KEY"] = _command.PathOf("cluster.key");
        _command.Environment["KONG_PREFIX"] = _command.PathOf("prefix");
    }

    [Fact]
    public async Task Node_FromStartToStop_KeepsItsPrefixToItself()
    {
        await using var node = await StartAsync();

        var pid = await File.ReadAllTextAsync(_command.PathOf("prefix/pids/kong.pid"));
        int.Parse(pid, CultureInfo.InvariantCulture).ShouldBe(node.Id);
        (await _command.RunAsync("health")).Out.ShouldBe($"nginx.......running\n\nKong is healthy at {_command.PathOf("prefix")}\n");

        var (code, output) = await GatewayProcess.RunKongAsync(["start"], _environment);
        code.ShouldBe(1);
        output.ShouldContain($"Error: Kong is already running in {_command.PathOf("prefix")}");

        (await _command.RunAsync("stop")).ShouldBe((0, "Kong stopped\n", ""));
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0, node.Output);
        (await _command.RunAsync("health")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task StatusListener_WithACertificateThatIsSet_ShowsThatOneWithItsChain()
    {
        using var root = TestAuthority.Create();
        using var between = root.Intermediate("between");
        using var certificate = between.Issue("status.test", ["status.test"]);
        var port = FreePort.Next();
        _environment["KONG_STATUS_LISTEN"] = $"127.0.0.1:{port} ssl";
        _environment["KONG_STATUS_SSL_CERT"] = _command.Write("status.crt", certificate.ExportCertificatePem() + "\n" + between.Certificate.ExportCertificatePem());
        _environment["KONG_STATUS_SSL_CERT_KEY"] = _command.Write("status.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var node = await StartAsync();

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(client.GetStream());
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(root.Certificate);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "status.test", CertificateChainPolicy = policy });
    }

    [Fact]
    public async Task Node_Killed_CanBeStartedAgain()
    {
        await using (var node = await StartAsync())
        {
            await node.KillAsync();
        }

        (await _command.RunAsync("health")).ExitCode.ShouldBe(1);
        await using var again = await StartAsync();
        again.Signal(Signals.Quit);
        await again.WaitForExitAsync();
        again.ExitCode.ShouldBe(0, again.Output);
    }

    [Fact]
    public async Task Node_Reloaded_TakesTheLogLevel()
    {
        var file = _command.Write("kong.conf", "log_level = warn\n");
        await using var node = await StartAsync("-c", file);
        node.Output.ShouldNotContain("[info]");

        _command.Write("kong.conf", "log_level = info\n");
        (await _command.RunAsync("reload")).Out.ShouldBe("Kong reloaded\n");
        await Wait.UntilAsync(() => node.Output.Contains("Reloaded: log level info", StringComparison.Ordinal), "the node takes the new level");
    }

    [Fact]
    public async Task Start_InTheBackground_ReturnsWhenTheNodeRunsAndLogsToItsFile()
    {
        await GenerateAsync();
        _environment["KONG_NGINX_DAEMON"] = "on";

        var (code, output) = await GatewayProcess.RunKongAsync(["start"], _environment);

        code.ShouldBe(0, output);
        output.ShouldEndWith("Kong started");
        try
        {
            (await _command.RunAsync("health")).ExitCode.ShouldBe(0);
            var (again, why) = await GatewayProcess.RunKongAsync(["start"], _environment);
            again.ShouldBe(1);
            why.ShouldContain($"Error: Kong is already running in {_command.PathOf("prefix")}");
            File.GetUnixFileMode(_command.PathOf("prefix/.kong_env")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            (await RestartAsync()).ShouldBe((0, "Kong stopped\nKong started"));
        }
        finally
        {
            (await _command.RunAsync("stop")).ShouldBe((0, "Kong stopped\n", ""));
        }

        (await File.ReadAllTextAsync(_command.PathOf("prefix/logs/error.log"))).ShouldContain("Kong started as data_plane");
    }

    [Fact]
    public async Task Node_ReloadedWithAnotherFile_KeepsWhatItWasStartedWithAndTakesWhatTheFileSays()
    {
        var log = _command.PathOf("own.log");
        _environment["KONG_PROXY_ERROR_LOG"] = log;
        await using var node = await StartAsync();
        File.Move(log, log + ".1");

        (await _command.RunAsync("reload", "-c", _command.Write("other.conf", "log_level = warn\nproxy_listen = 127.0.0.1:1\n"))).Out.ShouldBe("Kong reloaded\n");
        await Wait.UntilAsync(() => File.Exists(log) && File.ReadAllText(log).Contains("after a restart: proxy_listen", StringComparison.Ordinal), "the node tells what waits");

        // At the level `warn` nothing of this would be told.
        (await File.ReadAllTextAsync(log + ".1")).ShouldNotContain("Reloaded");
        (await _command.RunAsync("reload", "-c", _command.Write("bad.conf", "log_level = bogus\n"))).Error.ShouldContain("log_level has an invalid value: 'bogus'");
        (await _command.RunAsync("health")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Node_Reloaded_ShowsTheCertificateThatItsFileHasNow()
    {
        var port = FreePort.Next();
        _environment["KONG_PROXY_LISTEN"] = $"127.0.0.1:{port} ssl";
        _environment["KONG_SSL_CERT"] = _command.PathOf("proxy.crt");
        _environment["KONG_SSL_CERT_KEY"] = _command.PathOf("proxy.key");
        using var authority = TestAuthority.Create();
        Write("first");
        await using var node = await StartAsync();
        (await SubjectAsync()).ShouldBe("CN=first");

        Write("second");
        (await _command.RunAsync("reload")).Out.ShouldBe("Kong reloaded\n");
        await Wait.UntilAsync(async () => await SubjectAsync() == "CN=second", "new handshakes show the new certificate");

        // A pair that does not fit leaves everything as it is.
        _command.Write("proxy.key", authority.Issue("other").GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        (await _command.RunAsync("reload")).ExitCode.ShouldBe(1);
        (await SubjectAsync()).ShouldBe("CN=second");

        void Write(string name)
        {
            using var certificate = authority.Issue(name);
            _command.Write("proxy.crt", certificate.ExportCertificatePem());
            _command.Write("proxy.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        async Task<string> SubjectAsync()
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, port);
#pragma warning disable CA5359 // Any certificate will do: which one it is, is the question.
            await using var tls = new SslStream(socket.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
            await tls.AuthenticateAsClientAsync("localhost");
            return tls.RemoteCertificate!.Subject;
        }
    }

    [Fact]
    public async Task Drain_OfARunningNode_TakesItOutOfTheLoadBalancer()
    {
        await using var node = await StartAsync();
        foreach (var name in new[] { "KONG_STATUS_LISTEN", "KONG_ROLE", "KONG_DATABASE", "KONG_CLUSTER_CERT", "KONG_CLUSTER_CERT_KEY" })
        {
            _command.Environment[name] = _environment[name];
        }

        (await _command.RunAsync("drain")).ShouldBe((0, "Kong's status successfully changed to 'draining'\n", ""));
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"http://{_environment["KONG_STATUS_LISTEN"]}/status/ready"));
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await node.KillAsync();
        var (code, output, _) = await _command.RunAsync("drain");
        code.ShouldBe(0);
        output.ShouldStartWith("Failed to send request to http");
    }

    [Fact]
    public async Task Node_WhosePortIsTaken_SaysSoAndEnds()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        _environment["KONG_PROXY_LISTEN"] = $"127.0.0.1:{port}";

        await GenerateAsync();

        var (code, output) = await GatewayProcess.RunKongAsync(["start"], _environment);

        code.ShouldBe(1);
        output.ShouldContain($"Error: Failed to bind to address http://127.0.0.1:{port}: address already in use.");
        output.ShouldNotContain("   at ");
    }

    public void Dispose() => _command.Dispose();

    private Task<(int Code, string Output)> RestartAsync() => GatewayProcess.RunKongAsync(["restart"], _environment);

    private async Task<GatewayProcess> StartAsync(params string[] options)
    {
        await GenerateAsync();
        var node = GatewayProcess.Kong(["start", .. options], _environment);
        await Wait.UntilAsync(
            () => node.HasExited || node.Output.Split('\n').Contains("Kong started"), "the node starts");
        node.HasExited.ShouldBeFalse(node.Output);
        return node;
    }

    private async Task GenerateAsync()
    {
        if (!File.Exists(_command.PathOf("cluster.crt")))
        {
            await _command.RunAsync("hybrid", "gen_cert", _command.PathOf("cluster.crt"), _command.PathOf("cluster.key"));
        }
    }
}
