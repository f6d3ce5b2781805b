using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Status;

/// <summary>A gateway that is stopped while clients are busy.</summary>
public sealed class DrainTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Stop_UnderTraffic_FailsNoRequestThatWasTaken(string version)
    {
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            await Task.Yield();
            await http.Request.Body.CopyToAsync(http.Response.Body);
        });
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")), options: o => o with
        {
            ProxyListeners = [o.ProxyListeners[0] with { Http2 = true }, o.ProxyListeners[1]],
            Linger = TimeSpan.FromSeconds(1),
        });
        var (answered, failures) = (0, new ConcurrentBag<Exception>());
        var isLeaving = false;

        // Nobody sends new connections to a node that leaves; those that it has must not fail.
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (to, cancellation) => Volatile.Read(ref isLeaving) ? throw new SocketException((int)SocketError.ConnectionRefused) : ConnectAsync(to, cancellation) });

        // A POST is sent once: a client that finds its connection closed does not try again by itself.
        var clients = Enumerable.Range(0, 8).Select(number => Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{gateway.Port}/")
                    {
                        Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new StringContent("hello"),
                    };
                    using var answer = await client.SendAsync(request);
                    (answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.OK, "hello"));
                    Interlocked.Increment(ref answered);
                }
                catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError && e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                {
                    return;
                }
                catch (Exception e)
                {
                    failures.Add(e);
                    return;
                }
            }
        })).ToArray();

        await Wait.UntilAsync(() => Volatile.Read(ref answered) > 100, "the clients are busy");
        Volatile.Write(ref isLeaving, true);
        await gateway.StopAsync().WaitAsync(Wait.Patience);
        await Task.WhenAll(clients).WaitAsync(Wait.Patience);
        failures.ShouldBeEmpty();

        static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext to, CancellationToken cancellation)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(to.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    [Fact]
    public async Task Stop_WithAConnectionKeptAlive_TellsItsClientToClose()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")), options: o => o with { Linger = TimeSpan.FromMinutes(1) });
        (await gateway.Client.GetAsync("/")).Headers.ConnectionClose.ShouldNotBe(true);
        using var status = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gateway.StatusPort}") };

        var stopping = gateway.StopAsync();
        await Wait.UntilAsync(async () => (await (await status.GetAsync("/status/ready")).Content.ReadAsStringAsync()).Contains("draining", StringComparison.Ordinal), "load balancers are sent away");
        stopping.IsCompleted.ShouldBeFalse();
        using var answer = await gateway.Client.GetAsync("/");

        (answer.StatusCode, answer.Headers.ConnectionClose).ShouldBe((HttpStatusCode.OK, true));
        await stopping.WaitAsync(Wait.Patience);
    }
}
