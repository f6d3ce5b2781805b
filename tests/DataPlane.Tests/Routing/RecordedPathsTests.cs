using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Schema;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Routing;

/// <summary>Sends to a data plane, to the letter, what a running Kong was sent, and compares the route that was found and what the upstream saw.</summary>
public sealed class RecordedPathsTests
{
    /// <summary>What Kestrel refuses before anyone can see it, and what YARP adds; see docs/decisions.</summary>
    private static readonly HashSet<string> _known = ["paths-encoded-route-006", "paths-strip-028", "paths-strip-059"];

    [SharedTheory]
    [InlineData("match")]
    [InlineData("regex")]
    [InlineData("paths-join")]
    [InlineData("paths-strip")]
    [InlineData("paths-encoded-route")]
    public async Task Proxy_RecordedPaths_FindTheirRoutesAndReachUpstreamAsRecorded(string file)
    {
        var folder = SharedFolder.PathOf("kong", "cases", "proxy")!;
        var groups = File.ReadLines(Path.Combine(folder, file + ".jsonl")).Select(l => JsonNode.Parse(l)!).GroupBy(c => (string)c["group"]!).ToList();
        var configs = File.ReadLines(Path.Combine(folder, "configs.jsonl")).Select(l => JsonNode.Parse(l)!).ToDictionary(c => (string)c["group"]!, c => c["config"]!);
        await using var upstream = await TestUpstream.StartAsync();
        // The recorded order is the one of Kong's own calculation.
        await using var gateway = await TestGateway.StartAsync(options: o => o with { Router = new(OriginalOrder: true) });
        var differences = new List<string>();
        foreach (var group in groups)
        {
            gateway.Use(Read(configs[group.Key], upstream.Port, Ids(group)));
            // What the upstream saw of a HEAD request was not recorded.
            foreach (var recorded in group.Where(c => !_known.Contains((string)c["id"]!) && (string?)c["request"]!["method"] is not "HEAD"))
            {
                upstream.Seen.Clear();
                var (expected, actual) = (Told(recorded), await AskAsync(gateway, upstream, recorded["request"]!));
                if (expected != actual)
                {
                    differences.Add($"{recorded["id"]} {recorded["request"]!.ToJsonString()}\n  recorded {expected}\n  ours     {actual}");
                }
            }
        }

        differences.ShouldBeEmpty($"{differences.Count}\n" + string.Join('\n', differences.Take(10)));
    }

    /// <summary>The ids that the recorder's routes had, which decide between equal priorities.</summary>
    private static Dictionary<string, string> Ids(IEnumerable<JsonNode> cases) => cases.Where(c => Header(c, "Kong-Route-Name") is not null)
        .GroupBy(c => Header(c, "Kong-Route-Name")!).ToDictionary(g => g.Key, g => Header(g.First(), "Kong-Route-Id")!);

    private static string? Header(JsonNode recorded, string name) =>
        (string?)recorded["response"]!["headers"]!.AsArray().FirstOrDefault(h => ((string)h![0]!).Equals(name, StringComparison.OrdinalIgnoreCase))?[1];

    private static ConfigEntities Read(JsonNode config, int port, Dictionary<string, string> ids)
    {
        var services = new List<Service>();
        var routes = new List<Route>();
        foreach (var node in config["services"]!.AsArray())
        {
            var url = (string?)node!["url"];
            var service = Some.Service(port, url is null ? (string?)node["path"] : new Uri(url).AbsolutePath is var path && (path is not "/" || url.EndsWith('/')) ? path : null);
            services.Add(service);
            routes.AddRange((node["routes"] as JsonArray ?? []).Select(r =>
            {
                var row = (JsonObject)r!.DeepClone();
                // A route that the recorder never met loses against all others: of equal priorities the greater id wins.
                row["id"] ??= ids.GetValueOrDefault((string?)row["name"] ?? "", $"00000000-0000-4000-8000-{routes.Count:d12}");
                return row.Deserialize<Route>(Wire.Options)! with { Service = service.Id };
            }));
        }

        return new ConfigEntities { Services = services, Routes = routes };
    }

    private static string Told(JsonNode recorded)
    {
        var body = (string)recorded["response"]!["body"]!;
        var seen = body.StartsWith("{\"server\"", StringComparison.Ordinal) ? (string?)JsonNode.Parse(body)!["url"] : null;
        return $"{recorded["response"]!["status"]} {Header(recorded, "Kong-Route-Name")} {seen}";
    }

    private static async Task<string> AskAsync(TestGateway gateway, TestUpstream upstream, JsonNode request)
    {
        var text = (string?)request["raw"] ?? Text(request);
        using var socket = new TcpClient();
        var tls = (bool?)request["tls"] is true;
        await socket.ConnectAsync(IPAddress.Loopback, tls ? gateway.TlsPort : gateway.Port);
        Stream stream = socket.GetStream();
        if (tls)
        {
            var secure = new System.Net.Security.SslStream(stream, false, (_, certificate, _, _) => certificate is not null);
            await secure.AuthenticateAsClientAsync((string?)request["sni"] ?? "");
            stream = secure;
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(text));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        var lines = answer.Split("\r\n");
        var route = lines.FirstOrDefault(l => l.StartsWith("Kong-Route-Name: ", StringComparison.OrdinalIgnoreCase))?.Split(": ")[1];
        return $"{lines[0].Split(' ')[1]} {route} {(upstream.Seen.IsEmpty ? null : upstream.Last.Target)}";
    }

    private static string Text(JsonNode request)
    {
        var headers = request["headers"]!.AsArray().Select(h => $"{h![0]}: {h[1]}\r\n").ToList();
        if (!headers.Any(h => h.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)))
        {
            headers.Add("Host: 127.0.0.1:17200\r\n");
        }

        var body = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes((string?)request["body"] ?? ""));
        var length = body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "";
        var head = $"{request["method"]} {request["path"]} {(string?)request["version"] ?? "HTTP/1.1"}\r\n{string.Concat(headers)}Connection: close\r\n{length}\r\n";
        return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(head)) + body;
    }
}
