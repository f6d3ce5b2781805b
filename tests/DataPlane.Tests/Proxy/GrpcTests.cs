using System.Net;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Testing;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gateway.DataPlane.Tests.Proxy;

/// <summary>Calls of a gRPC client through the gateway to a gRPC server.</summary>
public sealed class GrpcTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Calls_OfEveryKind_PassWithTheirTrailers(bool clientTls, bool upstreamTls)
    {
        using var authority = TestAuthority.Create();
        using var certificate = authority.Issue("grpc.test", ["grpc.test"]);
        await using var server = await TestGrpcServer.StartAsync(upstreamTls ? certificate : null);
        await using var gateway = await StartAsync(server.Port, upstreamTls ? Protocol.Grpcs : Protocol.Grpc);
        using var channel = Channel(gateway, clientTls);
        var calls = channel.CreateCallInvoker();

        using var unary = calls.AsyncUnaryCall(EchoCalls.Echo, null, default, "hello");
        (await unary.ResponseAsync.WaitAsync(Wait.Patience)).ShouldBe("hello");
        unary.GetTrailers().GetValue("x-heard").ShouldBe("hello");
        (await unary.ResponseHeadersAsync).GetValue("via").ShouldBe("2 " + Product.ServerToken);

        using var failing = calls.AsyncUnaryCall(EchoCalls.Echo, null, default, "fail");
        var failure = await Should.ThrowAsync<RpcException>(() => failing.ResponseAsync.WaitAsync(Wait.Patience));
        failure.Status.ShouldBe(new Grpc.Core.Status(StatusCode.NotFound, "no such thing \u00e4"), "the status and the words are the server's");

        using var counting = calls.AsyncServerStreamingCall(EchoCalls.Count, null, default, "200");
        var counted = new List<string>();
        while (await counting.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Wait.Patience))
        {
            counted.Add(counting.ResponseStream.Current);
        }

        counted.ShouldBe(Enumerable.Range(0, 200).Select(i => i.ToString()));

        using var chat = calls.AsyncDuplexStreamingCall(EchoCalls.Chat, null, default);
        foreach (var message in new[] { "a", new string('b', 100_000), "c" })
        {
            await chat.RequestStream.WriteAsync(message);
            (await chat.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Wait.Patience)).ShouldBeTrue();
            chat.ResponseStream.Current.ShouldBe(message, "each is answered before the next is sent");
        }

        await chat.RequestStream.CompleteAsync();
        (await chat.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Wait.Patience)).ShouldBeFalse();
        chat.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task Call_ThatTheClientCancels_EndsAtTheServerToo()
    {
        await using var server = await TestGrpcServer.StartAsync();
        await using var gateway = await StartAsync(server.Port, Protocol.Grpc);
        using var channel = Channel(gateway, tls: false);
        var ended = EchoService.Ended["cancelled"] = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        using var chat = channel.CreateCallInvoker().AsyncDuplexStreamingCall(EchoCalls.Chat, null, new CallOptions(cancellationToken: stop.Token));
        await chat.RequestStream.WriteAsync("cancelled");
        (await chat.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Wait.Patience)).ShouldBeTrue();

        await stop.CancelAsync();

        await ended.Task.WaitAsync(Wait.Patience);
    }

    [Fact]
    public async Task Errors_OfTheGateway_AreStatusesOfGrpc()
    {
        await using var gateway = await StartAsync(FreePort.Next(), Protocol.Grpc);
        using var channel = Channel(gateway, tls: false);
        async Task<(StatusCode, string)> CallAsync(Method<string, string> method)
        {
            using var call = channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, "x");
            var failure = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Wait.Patience));
            return (failure.StatusCode, failure.Status.Detail);
        }

        (await CallAsync(EchoCalls.Echo)).ShouldBe((StatusCode.Internal, "An invalid response was received from the upstream server"), "nobody listens: 502");
        (await CallAsync(EchoCalls.Unknown)).ShouldBe((StatusCode.NotFound, "no Route matched with those values"));

        var service = Some.Service(1) with { Protocol = Protocol.Grpc };
        var route = Some.Route(service, "/") with { Protocols = new HashSet<Protocol> { Protocol.Grpc, Protocol.Grpcs }, StripPath = false };
        gateway.Use(Some.Config(service, route) with { Plugins = [Some.Plugin("request-termination", new JsonObject { ["status_code"] = 403, ["message"] = "closed" })] });
        (await CallAsync(EchoCalls.Echo)).Item1.ShouldBe(StatusCode.PermissionDenied);

        gateway.Use(Some.Config(service, route with { Protocols = new HashSet<Protocol> { Protocol.Grpcs } }));
        (await CallAsync(EchoCalls.Echo)).ShouldBe((StatusCode.Cancelled, "gRPC request matched gRPCs route"));
    }

    [Fact]
    public async Task Requests_ThatAreNoCalls_AreToldSo()
    {
        await using var gateway = await StartAsync(1, Protocol.Grpc);
        using var client = new HttpClient();
        async Task<(HttpStatusCode, string?, string)> AskAsync(string version, string? type)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{gateway.Port}/test.Echo/Echo") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent([]) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await client.SendAsync(request);
            return (answer.StatusCode, answer.Headers.Upgrade.FirstOrDefault()?.ToString(), await answer.Content.ReadAsStringAsync());
        }

        var (status, upgrade, body) = await AskAsync("1.1", "application/grpc");
        (status, upgrade).ShouldBe((HttpStatusCode.UpgradeRequired, "HTTP/2"));
        body.ShouldContain("Please use HTTP2 protocol");
        foreach (var version in new[] { "1.1", "2.0" })
        {
            var (other, _, text) = await AskAsync(version, "application/json");
            other.ShouldBe(HttpStatusCode.UnsupportedMediaType);
            text.ShouldContain("Non-gRPC request matched gRPC route");
        }
    }

    private static async Task<TestGateway> StartAsync(int port, Protocol protocol)
    {
        var service = Some.Service(port, retries: 0) with { Protocol = protocol };
        var route = Some.Route(service, "/test.Echo") with { Protocols = new HashSet<Protocol> { Protocol.Grpc, Protocol.Grpcs }, StripPath = false };
        return await TestGateway.StartAsync(Some.Config(service, route), options: o => o with { ProxyListeners = [o.ProxyListeners[0] with { Http2 = true }, o.ProxyListeners[1]] });
    }

    private static GrpcChannel Channel(TestGateway gateway, bool tls)
    {
        var handler = new SocketsHttpHandler();
#pragma warning disable CA5359 // The gateway's certificate is one that it made itself.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return GrpcChannel.ForAddress(tls ? $"https://localhost:{gateway.TlsPort}" : $"http://127.0.0.1:{gateway.Port}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }
}
