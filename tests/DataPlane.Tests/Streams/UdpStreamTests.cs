using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Streams;
using Gateway.DataPlane.Telemetry;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.DataPlane.Tests.Upstreams;
using Gateway.Entities;
using Gateway.Sync.Telemetry;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Streams;

public sealed class UdpStreamTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private readonly List<UdpClient> _upstreams = [];

    public void Dispose() => _upstreams.ForEach(u => u.Dispose());

    [Fact]
    public async Task Datagrams_OfSeveralClients_AreAnsweredToEach()
    {
        var service = StreamGateway.Service(Echo(), Protocol.Udp);
        await using var gateway = await StartAsync(Some.Config(service, Route(service)));
        using var first = Client(gateway);
        using var second = Client(gateway);
        for (var i = 0; i < 20; i++)
        {
            (await AskAsync(first, $"first {i}")).ShouldBe($"first {i}");
            (await AskAsync(second, $"second {i}")).ShouldBe($"second {i}");
        }

        var large = new string('x', 60_000);
        (await AskAsync(first, large)).ShouldBe(large);
        (await AskAsync(first, "")).ShouldBeEmpty("a datagram without octets is one too");
        gateway.Gateway.Services.GetRequiredService<TrafficCounters>().Connections.ShouldBe(2);
    }

    [Fact]
    public async Task Session_ThatIsSilent_EndsAfterTheReadTimeout_AndBeginsAnew()
    {
        var service = StreamGateway.Service(Echo(), Protocol.Udp) with { ReadTimeout = 150 };
        await using var gateway = await StartAsync(Some.Config(service, Route(service)));
        using var client = Client(gateway);
        var counters = gateway.Gateway.Services.GetRequiredService<TrafficCounters>();

        (await AskAsync(client, "one")).ShouldBe("one");
        await Wait.UntilAsync(() => counters.Connections is 0, "the session ends");
        counters.Streams.ShouldBe(new StreamTotals(1, 3, 3));
        (await AskAsync(client, "again")).ShouldBe("again");
        counters.Accepted.ShouldBe(2);
    }

    [Fact]
    public async Task Clients_TakeTurnsOnTheTargets_AndOneThatIsDownIsTakenOut()
    {
        var ports = new[] { Echo("a"), Echo("b") };
        var upstream = new Upstream
        {
            Id = new(Some.Id()),
            Name = "farm.test",
            Healthchecks = new Healthchecks { Passive = new() { Type = HealthcheckType.Tcp, Unhealthy = new() { TcpFailures = 1 } } },
        };
        var service = StreamGateway.Service(1, Protocol.Udp) with { Host = "farm.test" };
        await using var gateway = await StartAsync(Some.Config(service, Route(service)) with
        {
            Upstreams = [upstream],
            Targets = [.. ports.Select(p => new Target { Id = new(Some.Id()), Upstream = upstream.Id, Address = $"127.0.0.1:{p}" })],
        });

        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            using var client = Client(gateway);
            answers.Add(await AskAsync(client, "?"));
            (await AskAsync(client, "!"))[..1].ShouldBe(answers[^1][..1], "a client stays where it is");
        }

        answers.Order().ShouldBe(["a?", "a?", "b?", "b?"]);

        _upstreams[1].Dispose();
        await Wait.UntilAsync(
            async () =>
            {
                // Whoever comes to the dead one is not answered; what the system says of it takes it out.
                var heard = new List<string>();
                for (var i = 0; i < 4; i++)
                {
                    using var client = Client(gateway);
                    heard.Add(await AskAsync(client, "?", TimeSpan.FromMilliseconds(500)));
                }

                return heard.TrueForAll(h => h is "a?");
            },
            "only the living one is asked");
    }

    [Fact]
    public async Task Datagrams_WithoutARoute_GoNowhere_AndRoutesForConnectionsTakeNone()
    {
        var service = StreamGateway.Service(Echo(), Protocol.Udp);
        await using var gateway = await StartAsync(Some.Config(service, StreamGateway.Route(service)));
        using (var client = Client(gateway))
        {
            (await AskAsync(client, "anyone?", TimeSpan.FromMilliseconds(300))).ShouldBeEmpty();
        }

        gateway.Gateway.Use(Some.Config(service, Route(service) with { Destinations = new HashSet<Endpoint> { new() { Ip = "127.0.0.1", Port = gateway.Ports[0] } }, Sources = null }));
        using var other = Client(gateway);
        (await AskAsync(other, "anyone?")).ShouldBe("anyone?");
    }

    [Theory]
    [MemberData(nameof(StreamGateway.Addresses), MemberType = typeof(StreamGateway))]
    public async Task Listener_OnAllAddresses_KnowsTheOneThatWasSpokenTo(string bound, string address)
    {
        var service = StreamGateway.Service(Echo(), Protocol.Udp);
        await using var gateway = await StreamGateway.StartAsync(
            Some.Config(service, Route(service) with { Sources = new HashSet<Endpoint> { new() { Ip = address } }, Destinations = new HashSet<Endpoint> { new() { Ip = address } } }),
            [new StreamListener(IPAddress.Parse(bound), 0) { Udp = true }]);
        using var client = new UdpClient(IPAddress.Parse(address).AddressFamily);
        client.Connect(IPAddress.Parse(address), gateway.Ports[0]);
        (await AskAsync(client, "hello")).ShouldBe("hello");
    }

    [Fact]
    public async Task Sessions_ThatAreTooMany_EndWhereTheyAreSilentTheLongest()
    {
        var clock = new StoppedClock();
        var service = StreamGateway.Service(Echo(), Protocol.Udp);
        await using var gateway = await StreamGateway.StartAsync(
            Some.Config(service, Route(service)), [new StreamListener(IPAddress.Loopback, 0) { Udp = true }], o => o with { MaxUdpSessions = 3 }, s => s.AddSingleton<TimeProvider>(clock));
        var clients = Enumerable.Range(0, 5).Select(_ => Client(gateway)).ToArray();
        foreach (var client in clients[..3])
        {
            (await AskAsync(client, "in")).ShouldBe("in");
        }

        (await AskAsync(clients[3], "too soon", TimeSpan.FromMilliseconds(300))).ShouldBeEmpty("nobody has been silent for long");
        clock.Advance(TimeSpan.FromSeconds(2));
        foreach (var client in clients[1..3])
        {
            (await AskAsync(client, "still here")).ShouldBe("still here");
        }

        (await AskAsync(clients[4], "new")).ShouldBe("new", "the first one has made room");
        (await AskAsync(clients[1], "on")).ShouldBe("on");
        clock.Advance(TimeSpan.FromSeconds(2));
        (await AskAsync(clients[0], "again")).ShouldBe("again");
        Array.ForEach(clients, c => c.Dispose());
    }

    [Fact]
    public async Task Stop_DoesNotWaitForSilentSessions()
    {
        var service = StreamGateway.Service(Echo(), Protocol.Udp);
        await using var gateway = await StartAsync(Some.Config(service, Route(service)), TimeSpan.FromSeconds(60));
        using var client = Client(gateway);
        (await AskAsync(client, "x")).ShouldBe("x");
        await gateway.Gateway.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static Task<StreamGateway> StartAsync(ConfigEntities entities, TimeSpan? grace = null) =>
        StreamGateway.StartAsync(entities, [new StreamListener(IPAddress.Loopback, 0) { Udp = true }], o => o with { GracePeriod = grace ?? TimeSpan.FromSeconds(1) });

    private static Route Route(Service service) => StreamGateway.Route(service) with { Protocols = new HashSet<Protocol> { Protocol.Udp } };

    private static UdpClient Client(StreamGateway gateway)
    {
        var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(IPAddress.Loopback, gateway.Ports[0]);
        return client;
    }

    private static async Task<string> AskAsync(UdpClient client, string text, TimeSpan? patience = null)
    {
        await client.SendAsync(Encoding.ASCII.GetBytes(text));
        using var limit = new CancellationTokenSource(patience ?? _patience);
        try
        {
            return Encoding.ASCII.GetString((await client.ReceiveAsync(limit.Token)).Buffer);
        }
        catch (OperationCanceledException) when (patience is not null)
        {
            return "";
        }
    }

    /// <summary>An upstream that sends back what it hears, with its name before it.</summary>
    private int Echo(string name = "")
    {
        var upstream = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        _upstreams.Add(upstream);
        _ = AnswerAsync();
        return ((IPEndPoint)upstream.Client.LocalEndPoint!).Port;

        async Task AnswerAsync()
        {
            try
            {
                while (true)
                {
                    var heard = await upstream.ReceiveAsync();
                    await upstream.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(name), .. heard.Buffer], heard.RemoteEndPoint);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test is over, or wants it dead.
            }
        }
    }
}
