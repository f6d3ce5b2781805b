using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Proxy;
using Gateway.DataPlane.Streams;
using Gateway.DataPlane.Telemetry;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Sync.Telemetry;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Streams;

public sealed class TcpStreamTests
{
    [Fact]
    public async Task Connection_GoesBothWays_AndEitherSideMayEndFirst()
    {
        var heard = new TaskCompletionSource<string>();
        using var upstream = new TcpUpstream(async socket =>
        {
            await socket.HearAsync("ping");
            await socket.SayAsync("pong");
            if (await socket.ReadToEndAsync() is "end")
            {
                // The client has ended, and still gets its answer.
                await socket.SayAsync("after the end");
                return;
            }

            heard.SetResult("nothing");
        });
        using var talker = new TcpUpstream(async socket =>
        {
            await socket.SayAsync("bye");
            socket.Shutdown(SocketShutdown.Send);
            heard.SetResult(await socket.ReadToEndAsync());
        });
        var (echo, other) = (StreamGateway.Service(upstream.Port), StreamGateway.Service(talker.Port));
        await using var gateway = await StreamGateway.StartAsync(new ConfigEntities { Services = [echo, other], Routes = [StreamGateway.Route(echo)] });

        using (var client = await gateway.ConnectAsync())
        {
            await client.SayAsync("ping");
            await client.HearAsync("pong");
            await client.SayAsync("end");
            client.Shutdown(SocketShutdown.Send);
            (await client.ReadToEndAsync()).ShouldBe("after the end");
        }

        gateway.Gateway.Use(new ConfigEntities { Services = [other], Routes = [StreamGateway.Route(other)] });
        using (var client = await gateway.ConnectAsync())
        {
            (await client.ReadToEndAsync()).ShouldBe("bye");
            await client.SayAsync("still here");
            client.Shutdown(SocketShutdown.Send);
            (await heard.Task.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe("still here");
        }
    }

    [Fact]
    public async Task Targets_TakeTurns_AndOneThatIsDownIsPassedOver()
    {
        var names = new[] { "a", "b", "c" };
        var upstreams = names.Select(n => new TcpUpstream(TcpUpstream.Saying(n))).ToArray();
        var entity = new Upstream
        {
            Id = new(Some.Id()),
            Name = "farm.test",
            Healthchecks = new Healthchecks { Passive = new() { Type = HealthcheckType.Tcp, Unhealthy = new() { TcpFailures = 1 } } },
        };
        var service = StreamGateway.Service(1) with { Host = "farm.test" };
        await using var gateway = await StreamGateway.StartAsync(Some.Config(service, StreamGateway.Route(service)) with
        {
            Upstreams = [entity],
            Targets = [.. upstreams.Select(u => new Target { Id = new(Some.Id()), Upstream = entity.Id, Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{u.Port}") })],
        });

        (await TalkAsync(gateway, 6)).Order().ShouldBe(["a", "a", "b", "b", "c", "c"]);

        upstreams[1].Dispose();
        (await TalkAsync(gateway, 9)).ShouldAllBe(name => name == "a" || name == "c");
        using var back = new TcpUpstream(TcpUpstream.Saying("b"), upstreams[1].Port);
        (await TalkAsync(gateway, 9)).ShouldNotContain("b", "its failed connection took it out");
        foreach (var upstream in upstreams)
        {
            upstream.Dispose();
        }
    }

    [Fact]
    public async Task Connection_WithoutARoute_OrAService_OrAnUpstream_IsClosed()
    {
        using var upstream = new TcpUpstream();
        var dead = StreamGateway.Service(FreePort.Next()) with { Retries = 1 };
        await using var gateway = await StreamGateway.StartAsync(Config(upstream.Port));

        foreach (var config in new[]
        {
            new ConfigEntities { Routes = [] },
            new ConfigEntities { Routes = [StreamGateway.Route(null)] },
            Some.Config(dead, StreamGateway.Route(dead)),
        })
        {
            gateway.Gateway.Use(config);
            using var client = await gateway.ConnectAsync();
            (await client.ReadToEndAsync()).ShouldBeEmpty();
        }

        upstream.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task Routes_BySourceAndLocalPort_AreTriedInTheirOrder()
    {
        using var first = new TcpUpstream(TcpUpstream.Saying("first"));
        using var second = new TcpUpstream(TcpUpstream.Saying("second"));
        using var third = new TcpUpstream(TcpUpstream.Saying("third"));
        var (one, two, three) = (StreamGateway.Service(first.Port), StreamGateway.Service(second.Port), StreamGateway.Service(third.Port));
        var ports = new[] { FreePort.Next(), FreePort.Next() };
        await using var gateway = await StreamGateway.StartAsync(
            new ConfigEntities { Services = [one, two, three], Routes = [StreamGateway.Route(one, ports[0]), StreamGateway.Route(two), StreamGateway.Route(three, 7) with { Sources = null }] },
            [.. ports.Select(p => new StreamListener(IPAddress.Loopback, p))]);

        (await TalkAsync(gateway, 1)).ShouldBe(["second"], "a range of sources weighs more than a port");
        (await TalkAsync(gateway, 1, listener: 1)).ShouldBe(["second"]);
        gateway.Gateway.Use(new ConfigEntities { Services = [one, three], Routes = [StreamGateway.Route(one, ports[0]), StreamGateway.Route(three, ports[1])] });
        (await TalkAsync(gateway, 1)).ShouldBe(["first"]);
        (await TalkAsync(gateway, 1, listener: 1)).ShouldBe(["third"]);
    }

    [Fact]
    public async Task Connection_ThatIsSilent_IsClosedAfterTheReadTimeout()
    {
        using var upstream = new TcpUpstream();
        var service = StreamGateway.Service(upstream.Port) with { ReadTimeout = 200 };
        await using var gateway = await StreamGateway.StartAsync(Some.Config(service, StreamGateway.Route(service)));
        using var client = await gateway.ConnectAsync();
        await client.SayAsync("x");
        await client.HearAsync("x");
        (await client.ReadToEndAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Upstream_ThatTakesNothing_IsGivenUpAfterTheWriteTimeout()
    {
        var open = new TaskCompletionSource();
        using var upstream = new TcpUpstream(_ => open.Task);
        var service = StreamGateway.Service(upstream.Port) with { WriteTimeout = 200 };
        await using var gateway = await StreamGateway.StartAsync(Some.Config(service, StreamGateway.Route(service)));
        using var client = await gateway.ConnectAsync();

        await Should.ThrowAsync<SocketException>(async () =>
        {
            for (var i = 0; i < 1024; i++)
            {
                await client.SendAsync(new byte[64 * 1024]).WaitAsync(TimeSpan.FromSeconds(20));
            }
        });

        open.SetResult();
    }

    [Theory]
    [InlineData("consistent-hashing", 1)]
    [InlineData("least-connections", 2)]
    public async Task Algorithm_OfTheUpstream_ChoosesTheTarget(string algorithm, int expected)
    {
        using var first = new TcpUpstream(Named("a"));
        using var second = new TcpUpstream(Named("b"));
        var entity = System.Text.Json.JsonSerializer.Deserialize<Upstream>($$"""{"id":"{{Some.Id()}}","name":"farm.test","algorithm":"{{algorithm}}","hash_on":"ip"}""", Gateway.Schema.Wire.Options)!;
        var service = StreamGateway.Service(1) with { Host = "farm.test" };
        await using var gateway = await StreamGateway.StartAsync(Some.Config(service, StreamGateway.Route(service)) with
        {
            Upstreams = [entity],
            Targets = [.. new[] { first, second }.Select(u => new Target { Id = new(Some.Id()), Upstream = entity.Id, Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{u.Port}") })],
        });
        var open = new List<Socket>();
        var heard = new List<char>();
        for (var i = 0; i < 4; i++)
        {
            open.Add(await gateway.ConnectAsync());
            var name = new byte[1];
            (await open[^1].ReceiveAsync(name).WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(1);
            heard.Add((char)name[0]);
        }

        heard.GroupBy(n => n).Select(g => g.Count()).ShouldBe(Enumerable.Repeat(4 / expected, expected));
        open.ForEach(s => s.Dispose());

        static Func<Socket, Task> Named(string name) => async socket =>
        {
            await socket.SayAsync(name);
            await socket.ReadToEndAsync();
        };
    }

    [Theory]
    [MemberData(nameof(StreamGateway.Addresses), MemberType = typeof(StreamGateway))]
    public async Task Listener_OnAllAddresses_KnowsTheOneThatWasSpokenTo(string bound, string address)
    {
        using var upstream = new TcpUpstream(TcpUpstream.Saying("here"));
        var service = StreamGateway.Service(upstream.Port);
        await using var gateway = await StreamGateway.StartAsync(
            Some.Config(service, StreamGateway.Route(service) with { Sources = new HashSet<Endpoint> { new() { Ip = address } }, Destinations = new HashSet<Endpoint> { new() { Ip = address } } }),
            [new StreamListener(IPAddress.Parse(bound), 0)]);
        using var client = new TcpClient(IPAddress.Parse(address).AddressFamily);
        await client.ConnectAsync(IPAddress.Parse(address), gateway.Ports[0]);
        (await client.Client.ReadToEndAsync()).ShouldBe("here");
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(1, false)]
    public async Task ProxyProtocol_OfATrustedBalancer_TellsTheClient(int version, bool trusted)
    {
        using var upstream = new TcpUpstream();
        var service = StreamGateway.Service(upstream.Port);
        var route = StreamGateway.Route(service) with { Sources = new HashSet<Endpoint> { new() { Ip = "10.1.2.0/24" } } };
        await using var gateway = await StreamGateway.StartAsync(
            Some.Config(service, route),
            [new StreamListener(IPAddress.Loopback, 0) { ProxyProtocol = true }],
            o => o with { TrustedProxies = trusted ? new TrustedProxies([IPNetwork.Parse("127.0.0.0/8")]) : TrustedProxies.None });
        using var client = await gateway.ConnectAsync();

        await client.SendAsync(version is 1 ? Encoding.ASCII.GetBytes("PROXY TCP4 10.1.2.3 10.9.9.9 4000 5000\r\n") : BinaryHeader());
        await client.SayAsync("hello");
        if (trusted)
        {
            await client.HearAsync("hello");
        }
        else
        {
            (await client.ReadToEndAsync()).ShouldBeEmpty("the word of a stranger is not taken");
        }

        using var other = await gateway.ConnectAsync();
        await other.SayAsync("hello without a header\r\n");
        (await other.ReadToEndAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Stop_LetsConnectionsFinish_AndTakesNoneInThen()
    {
        using var upstream = new TcpUpstream();
        await using var gateway = await StreamGateway.StartAsync(Config(upstream.Port), options: o => o with { GracePeriod = TimeSpan.FromSeconds(20) });
        var port = gateway.Ports[0];
        using var client = await gateway.ConnectAsync();
        await client.SayAsync("before");
        await client.HearAsync("before");

        var stopping = gateway.Gateway.StopAsync();
        await Wait.UntilAsync(() => Task.FromResult(!CanConnect(port)), "the listener is closed");
        stopping.IsCompleted.ShouldBeFalse("a connection is open");
        await client.SayAsync("after");
        await client.HearAsync("after");
        client.Shutdown(SocketShutdown.Send);
        (await client.ReadToEndAsync()).ShouldBeEmpty();
        await stopping.WaitAsync(TimeSpan.FromSeconds(15));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_CutsConnectionsOff_WhenTheWaitIsOver(bool clientHasEnded)
    {
        var open = new TaskCompletionSource();
        using var upstream = new TcpUpstream(async socket =>
        {
            await socket.HearAsync("x");
            await socket.SayAsync("x");
            await open.Task;
        });
        await using var gateway = await StreamGateway.StartAsync(Config(upstream.Port), options: o => o with { GracePeriod = TimeSpan.FromMilliseconds(300) });
        using var client = await gateway.ConnectAsync();
        await client.SayAsync("x");
        await client.HearAsync("x");
        if (clientHasEnded)
        {
            client.Shutdown(SocketShutdown.Send);
        }

        await gateway.Gateway.StopAsync().WaitAsync(TimeSpan.FromSeconds(15));
        (await client.ReadToEndAsync()).ShouldBeEmpty();
        open.SetResult();
    }

    private static ConfigEntities Config(int port)
    {
        var service = StreamGateway.Service(port);
        return Some.Config(service, StreamGateway.Route(service));
    }

    private static async Task<List<string>> TalkAsync(StreamGateway gateway, int times, int listener = 0)
    {
        var heard = new List<string>();
        for (var i = 0; i < times; i++)
        {
            using var client = await gateway.ConnectAsync(listener);
            heard.Add(await client.ReadToEndAsync());
        }

        return heard;
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

    private static byte[] BinaryHeader()
    {
        byte[] header = [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0, 12, 10, 1, 2, 3, 10, 9, 9, 9, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(24), 4000);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(26), 5000);
        return header;
    }
}
