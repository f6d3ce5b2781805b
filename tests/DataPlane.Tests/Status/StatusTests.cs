using System.Net;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Sync;

namespace Gateway.DataPlane.Tests.Status;

public sealed class StatusTests
{
    [Fact]
    public async Task Ready_FromStartToDraining_TellsWhyNot()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gateway.StatusPort}") };

        (await ReadyAsync(client)).ShouldBe((503, "no configuration available (configuration hash is not initialized)"));
        var empty = (CompileResult.Compiled)gateway.CompileExactly(ConfigEntities.Empty);
        empty.Use();
        (await ReadyAsync(client)).ShouldBe((503, "no configuration available (empty configuration present)"));
        gateway.Use(new ConfigEntities { Hashes = ConfigHashes.Empty with { Config = new string('a', 32) } });
        (await ReadyAsync(client)).ShouldBe((200, "ready"));
        (await client.PostAsync("/status/ready", new StringContent("{\"status\":\"other\"}"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await client.PostAsync("/status/ready", new StringContent("{\"status\":\"draining\"}"))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ReadyAsync(client)).ShouldBe((503, "draining"));

        var status = JsonNode.Parse(await client.GetStringAsync("/status"))!;
        ((string?)status["configuration_hash"]).ShouldBe(new string('a', 32));
        status["server"]!["total_requests"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Status_ForEveryMethodAndUnit_AnswersAsTheContractSays()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gateway.StatusPort}") };
        (await gateway.Client.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        using var options = await client.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/status"));
        options.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        string.Join(", ", options.Content.Headers.Allow).ShouldBe("GET, HEAD, OPTIONS");
        (await client.DeleteAsync("/status")).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        using var bad = await client.GetAsync("/status?unit=x");
        (bad.StatusCode, await bad.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.BadRequest, "{\"message\":\"invalid unit 'x' (expected 'k/K', 'm/M', or 'g/G')\"}"));

        var status = JsonNode.Parse(await client.GetStringAsync("/status?unit=k&scale=1"))!;
        ((long)status["server"]!["connections_accepted"]!).ShouldBe(1);
        ((string)status["memory"]!["lua_shared_dicts"]!["kong"]!["capacity"]!).ShouldMatch(@"^\d+\.\d KiB$");
    }

    [Fact]
    public async Task Stop_WithARequestInFlight_LetsItEnd()
    {
        var entered = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var upstream = await TestUpstream.StartAsync(async _ =>
        {
            entered.SetResult();
            await goOn.Task;
        });
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));
        var inFlight = gateway.Client.GetAsync("/");
        await entered.Task.WaitAsync(Testing.Wait.Patience);

        var stopping = gateway.StopAsync();
        await Testing.Wait.UntilAsync(
            async () =>
            {
                using var socket = new System.Net.Sockets.TcpClient();
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
                    return false;
                }
                catch (System.Net.Sockets.SocketException)
                {
                    return true;
                }
            },
            "the listener is closed");
        stopping.IsCompleted.ShouldBeFalse();
        goOn.SetResult();

        using var answer = await inFlight;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await stopping.WaitAsync(Testing.Wait.Patience);
    }

    private static async Task<(int, string?)> ReadyAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/status/ready");
        return ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]);
    }
}
