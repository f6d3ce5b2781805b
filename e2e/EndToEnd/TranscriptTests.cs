using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd;

/// <summary>What a newcomer types after <c>./quickstart</c>, from the first 404 to the split of the traffic.</summary>
public sealed class TranscriptTests(Quickstart quickstart) : IClassFixture<Quickstart>
{
    [Fact]
    public async Task Quickstart_Transcript_AnswersAsKongsUsersExpect()
    {
        var (http, admin, proxy, echo) = (quickstart.Http, quickstart.Admin, quickstart.Proxy, quickstart.Echo);

        // No route yet.
        var (status, body, _) = await quickstart.GetAsync($"{proxy}/mock/anything");
        status.ShouldBe(404);
        ((string?)JsonNode.Parse(body)!["message"]).ShouldBe("no Route matched with those values");
        ((string?)JsonNode.Parse(body)!["request_id"])!.ShouldMatch("^[0-9a-f]{32}$");

        // A service and a route, in the proxy within a second.
        var service = await quickstart.PostAsync("/services", ("name", "mock"), ("url", echo));
        ((string?)service["host"]).ShouldBe("127.0.0.1");
        ((string?)service["protocol"]).ShouldBe("http");
        var route = await quickstart.PostAsync("/services/mock/routes", ("paths", "/mock"));
        var clock = Stopwatch.StartNew();
        await quickstart.WaitAsync($"{proxy}/mock/anything", 200);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5), "a second on an idle machine; this bound only catches a debounce");
        (_, body, _) = await quickstart.GetAsync($"{proxy}/mock/anything");
        var headers = JsonNode.Parse(body)!["headers"]!.AsObject().ToDictionary(h => h.Key.ToLowerInvariant(), h => (string?)h.Value);
        headers["x-forwarded-path"].ShouldBe("/mock/anything");
        headers["x-forwarded-prefix"].ShouldBe("/mock");
        headers["x-kong-request-id"]!.ShouldMatch("^[0-9a-f]{32}$");
        headers["via"].ShouldBe("1.1 kong/3.10.0");

        // The data plane, as the control plane sees it.
        (_, body, _) = await quickstart.GetAsync($"{admin}/clustering/data-planes");
        JsonNode.Parse(body)!.AsObject().ContainsKey("next").ShouldBeTrue();
        var plane = JsonNode.Parse(body)!["data"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        foreach (var field in new[] { "id", "hostname", "ip", "version", "labels", "last_seen", "updated_at", "config_hash", "sync_status", "ttl", "cert_details", "rpc_capabilities" })
        {
            plane.ContainsKey(field).ShouldBeTrue(field);
        }

        ((string?)plane["sync_status"]).ShouldBe("normal");
        ((string?)plane["config_hash"])!.Length.ShouldBe(32);
        plane["cert_details"]!["expiry_timestamp"].ShouldNotBeNull();

        // Rate limiting: the fourth request of a minute is refused. Right before the minute turns the count would begin anew.
        var limit = await quickstart.PostAsync("/plugins", ("name", "rate-limiting"), ("config.minute", "3"), ("config.policy", "local"));
        await quickstart.WaitForHeaderAsync($"{proxy}/mock/anything", "RateLimit-Limit");
        await Wait.UntilAsync(() => DateTime.UtcNow.Second < 45, "the minute is young enough", TimeSpan.FromSeconds(30));
        HttpStatusCode last = default;
        for (var i = 0; i < 4; i++)
        {
            using var response = await http.GetAsync(new Uri($"{proxy}/mock/anything"));
            last = response.StatusCode;
            response.Headers.GetValues("RateLimit-Limit").ShouldHaveSingleItem().ShouldBe("3");
            if (last is HttpStatusCode.TooManyRequests)
            {
                ((string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"]).ShouldBe("API rate limit exceeded");
                response.Headers.GetValues("RateLimit-Remaining").ShouldHaveSingleItem().ShouldBe("0");
            }
        }

        last.ShouldBe(HttpStatusCode.TooManyRequests);
        await quickstart.DeleteAsync($"/plugins/{limit["id"]}");

        // Key authentication.
        await quickstart.PostAsync($"/routes/{route["id"]}/plugins", ("name", "key-auth"));
        await quickstart.WaitAsync($"{proxy}/mock/anything", 401);
        (_, body, _) = await quickstart.GetAsync($"{proxy}/mock/anything");
        ((string?)JsonNode.Parse(body)!["message"]).ShouldBe("No API key found in request");
        await quickstart.PostAsync("/consumers", ("username", "consumer1"));
        await quickstart.PostAsync("/consumers/consumer1/key-auth", ("key", "kong-secret"));
        await quickstart.WaitAsync($"{proxy}/mock/anything", 200, ("apikey", "kong-secret"));

        await TrafficIsSplitAsync();
    }

    private async Task TrafficIsSplitAsync()
    {
        const int Requests = 10_000;
        await quickstart.PostAsync("/upstreams", ("name", "canary.test"));
        var port = FreePort.Next();
        await using var canary = GatewayProcess.Echo(port);
        await canary.WaitForAsync(quickstart.Http, $"http://127.0.0.1:{port}/headers");
        await quickstart.PostAsync("/upstreams/canary.test/targets", ("target", $"127.0.0.1:{new Uri(quickstart.Echo).Port}"), ("weight", "95"));
        await quickstart.PostAsync("/upstreams/canary.test/targets", ("target", $"127.0.0.1:{port}"), ("weight", "5"));
        await quickstart.PostAsync("/services", ("name", "canary"), ("host", "canary.test"));
        await quickstart.PostAsync("/services/canary/routes", ("paths", "/canary"));
        await quickstart.WaitAsync($"{quickstart.Proxy}/canary/headers", 200);

        // The Host header that the upstream sees tells which target was chosen.
        var rare = 0;
        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, cancellation) =>
        {
            var answer = await quickstart.Http.GetStringAsync(new Uri($"{quickstart.Proxy}/canary/headers"), cancellation);
            if (answer.Contains($"127.0.0.1:{port}", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref rare);
            }
        });

        var sigma = Math.Sqrt(Requests * 0.05 * 0.95);
        ((double)rare).ShouldBe(Requests * 0.05, 3 * sigma);
    }
}
