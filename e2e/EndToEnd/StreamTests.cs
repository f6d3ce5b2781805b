#pragma warning disable CA5359 // The upstream's certificate is of the test's own authority.
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Npgsql;

namespace Gateway.EndToEnd;

/// <summary>TCP, TLS and UDP through a data plane, from the Admin API to the octets.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Streams_ReachADatabase_ATlsServerAndANameServer_OutliveTheControlPlane_AndAreDrained()
    {
        await using var platform = await Platform.StartAsync(planes: false);
        await platform.StartControlPlaneAsync();
        var (tcp, tls, udp) = (platform.Port("stream-tcp"), platform.Port("stream-tls"), platform.Port("stream-udp"));
        await platform.StartDataPlaneAsync(new() { ["KONG_STREAM_LISTEN"] = $"127.0.0.1:{tcp}, 127.0.0.1:{tls} ssl reuseport, 127.0.0.1:{udp} udp" });
        using var authority = TestAuthority.Create();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        using var names = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        server.Start();

        var log = platform.Folder("streams.log");
        await PostAsync(platform, "/services", new() { ["name"] = "vault", ["protocol"] = "tls_passthrough", ["host"] = "127.0.0.1", ["port"] = ((IPEndPoint)server.LocalEndpoint).Port });
        await PostAsync(platform, "/services/vault/routes", new() { ["protocols"] = new JsonArray("tls_passthrough"), ["snis"] = new JsonArray("vault.example.org") });
        await PostAsync(platform, "/services", new() { ["name"] = "names", ["protocol"] = "udp", ["host"] = "127.0.0.1", ["port"] = ((IPEndPoint)names.Client.LocalEndPoint!).Port });
        await PostAsync(platform, "/services/names/routes", new() { ["protocols"] = new JsonArray("udp"), ["destinations"] = new JsonArray(new JsonObject { ["port"] = udp }) });
        // Last, so that whoever sees the plugin at work knows that all of it has arrived.
        await PostAsync(platform, "/services", new() { ["name"] = "db", ["protocol"] = "tcp", ["host"] = "127.0.0.1", ["port"] = platform.Postgres.Port });
        await PostAsync(platform, "/services/db/routes", new() { ["protocols"] = new JsonArray("tcp"), ["destinations"] = new JsonArray(new JsonObject { ["port"] = tcp }) });
        await PostAsync(platform, "/services/db/plugins", new() { ["name"] = "file-log", ["protocols"] = new JsonArray("tcp"), ["config"] = new JsonObject { ["path"] = log } });

        // The database, spoken to by its own client.
        await Wait.UntilAsync(async () => await AskAsync(platform, tcp) is 1 && File.Exists(log), "the database answers through the gateway, and the plugin takes part");
        await Wait.UntilAsync(() => File.ReadAllText(log).EndsWith('\n'), "a line in the log");
        var entry = JsonNode.Parse(File.ReadLines(log).First())!;
        entry["session"]!["received"]!.GetValue<long>().ShouldBeGreaterThan(0);
        entry["session"]!["status"]!.GetValue<int>().ShouldBe(200);
        entry["service"]!["name"]!.GetValue<string>().ShouldBe("db");

        await Wait.UntilAsync(
            () => System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(Path.Combine(platform.DataPlanePrefix, "logs", "access.log")), @"^127\.0\.0\.1 \[[^\]]+\] TCP 200 \d+ \d+ \d+\.\d{3}$", System.Text.RegularExpressions.RegexOptions.Multiline),
            "a line in the node's own log");

        // The handshake is the upstream's own.
        using var pair = authority.Issue("vault.example.org");
        var serving = ServeAsync(server, pair);
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, tls);
            await using var client = new SslStream(socket.GetStream(), false, (_, _, _, _) => true);
            await client.AuthenticateAsClientAsync("vault.example.org");
            client.RemoteCertificate!.GetCertHashString().ShouldBe(pair.GetCertHashString());
        }

        await serving;
        using (var client = new UdpClient())
        {
            await client.SendAsync("who?"u8.ToArray(), new IPEndPoint(IPAddress.Loopback, udp));
            var asked = await names.ReceiveAsync();
            await names.SendAsync("me"u8.ToArray(), asked.RemoteEndPoint);
            (await client.ReceiveAsync()).Buffer.ShouldBe("me"u8.ToArray());
        }

        await platform.ControlPlane.KillAsync();
        await using var open = await OpenAsync(platform, tcp);
        platform.DataPlane.Signal(Signals.Quit);
        await Wait.UntilAsync(() => !CanConnect(tcp), "no more streams are taken in");
        (await QueryAsync(open)).ShouldBe(1, "the one that is open goes on");
        await open.CloseAsync();
        await platform.DataPlane.WaitForExitAsync();
        platform.DataPlane.ExitCode.ShouldBe(0, platform.DataPlane.Output);
    }

    private static async Task PostAsync(Platform platform, string path, JsonObject body)
    {
        using var response = await platform.Http.PostAsJsonAsync(new Uri(platform.Admin + path), body);
        ((int)response.StatusCode).ShouldBe(201, $"POST {path}: {await response.Content.ReadAsStringAsync()}");
    }

    private static async Task ServeAsync(TcpListener server, System.Security.Cryptography.X509Certificates.X509Certificate2 pair)
    {
        using var socket = await server.AcceptSocketAsync();
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsServerAsync(pair);
    }

    private static async Task<NpgsqlConnection> OpenAsync(Platform platform, int port)
    {
        var settings = new NpgsqlConnectionStringBuilder(platform.Postgres.ConnectionString("postgres")) { Port = port, Pooling = false, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<int> AskAsync(Platform platform, int port)
    {
        await using var connection = await OpenAsync(platform, port);
        return await QueryAsync(connection);
    }

    private static async Task<int> QueryAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }

    private static bool CanConnect(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
