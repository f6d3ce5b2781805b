using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Plugins;

/// <summary>What a running Kong told its log server of requests, and what a data plane tells of the same ones.</summary>
public sealed class RecordedLogsTests
{
    // Times and sizes are never twice the same; ids, ports, and what the recorder's clients and servers added are not ours.
    private static readonly HashSet<string> _varying =
    [
        "started_at", "created_at", "updated_at", "size", "balancer_start", "balancer_start_ns", "balancer_latency", "balancer_latency_ns", "ws_id", "workspace", "port", "id",
        "receive", "request.latency", "kong", "proxy", "url", "host", "user-agent", "content-length", "date", "server", "via", "connection", "x-upstream", "x-kong-request-id", "content-type",
        "x-consumer-id", "x-credential-identifier", "x-kong-proxy-latency", "x-kong-upstream-latency", "x-kong-response-latency",
    ];

    [SharedFact]
    public async Task Entries_HaveTheFieldsAndValuesThatWereRecorded()
    {
        var recorded = File.ReadLines(SharedFolder.PathOf("kong", "cases", "logs", "log-plugins.jsonl")!).Select(l => JsonNode.Parse(l)!).Single(c => (string)c["plugin"]! is "http-log");
        var entries = new ConcurrentQueue<JsonNode>();
        await using var sink = await TestUpstream.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            entries.Enqueue(JsonNode.Parse(await reader.ReadToEndAsync())!);
        });
        await using var upstream = await TestUpstream.StartAsync(http =>
        {
            http.Response.ContentLength = 2;
            return http.Response.WriteAsync("{}");
        });
        var config = (JsonObject)JsonNode.Parse(recorded["config"]!.ToJsonString().Replace(":17910", $":{sink.Port}", StringComparison.Ordinal))!;
        var group = RecordedGroup.Of(config, port => port is 17900 ? upstream.Port : FreePort.Next());
        await using var gateway = await TestGateway.StartAsync(group.Entities with { Workspaces = [new Workspace { Id = new(Guid.NewGuid()), Name = "default" }] }, group.AddTo);

        var differences = new StringBuilder();
        foreach (var (request, emitted) in recorded["requests"]!.AsArray().Zip(recorded["emitted"]!.AsArray()))
        {
            using var message = new HttpRequestMessage(new HttpMethod((string)request![0]!), (string)request[1]!);
            foreach (var header in request[2]!.AsArray())
            {
                message.Headers.TryAddWithoutValidation((string)header![0]!, (string)header[1]!);
            }

            message.Content = (string)request[3]! is { Length: > 0 } body ? new StringContent(body, null, "application/json") : null;
            using var answer = await gateway.Client.SendAsync(message);
            ((int)answer.StatusCode).ShouldBe((int)request[4]!);
            JsonNode? entry = null;
            await Wait.UntilAsync(() => Task.FromResult(entries.TryDequeue(out entry)), "the entry arrives");
            Compare(string.Empty, JsonNode.Parse((string)emitted!["body"]!), entry, differences);
        }

        differences.ToString().ShouldBeEmpty();
    }

    private static void Compare(string path, JsonNode? recorded, JsonNode? ours, StringBuilder differences)
    {
        switch (recorded, ours)
        {
            case (JsonObject one, JsonObject other):
                foreach (var name in one.Select(p => p.Key).Union(other.Select(p => p.Key)).Where(n => one.ContainsKey(n) != other.ContainsKey(n) || !_varying.Contains(n)))
                {
                    if (one.ContainsKey(name) == other.ContainsKey(name))
                    {
                        Compare($"{path}.{name}", one[name], other[name], differences);
                    }
                    else if (!path.EndsWith(".headers", StringComparison.Ordinal) || !_varying.Contains(name))
                    {
                        differences.AppendLine($"{path}.{name}: {(one.ContainsKey(name) ? "missing" : "too much")}");
                    }
                }

                break;
            case (JsonArray one, JsonArray other) when one.Count == other.Count:
                for (var i = 0; i < one.Count; i++)
                {
                    Compare($"{path}[{i}]", one[i], other[i], differences);
                }

                break;
            case (JsonValue, JsonValue) when path is ".latencies.request" || JsonNode.DeepEquals(recorded, ours):
                break;
            default:
                differences.AppendLine($"{path}: {recorded?.ToJsonString()} was recorded, ours is {ours?.ToJsonString()}");
                break;
        }
    }
}
