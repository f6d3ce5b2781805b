using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.DataPlane.Tests.Plugins;

/// <summary>Asks a data plane what a running Kong was asked, and compares what the client and the upstream get.</summary>
public sealed partial class RecordedCasesTests
{
    private static readonly HashSet<string> _framing = new(["Date", "Connection", "Keep-Alive", "Content-Length", "Transfer-Encoding"], StringComparer.OrdinalIgnoreCase);

    // The recorder's ports and addresses are not ours.
    private static readonly HashSet<string> _places = new(["Connection", "Host", "X-Forwarded-Port", "Content-Length"], StringComparer.OrdinalIgnoreCase);

    [SharedTheory]
    [InlineData("acl-deny")]
    [InlineData("correlation-id-0")]
    [InlineData("correlation-id-2")]
    [InlineData("cors-0")]
    [InlineData("cors-1")]
    [InlineData("cors-2")]
    [InlineData("cors-3")]
    [InlineData("ip-restriction-1")]
    [InlineData("ip-restriction-3")]
    [InlineData("jwt")]
    [InlineData("key-auth")]
    [InlineData("key-auth-hide")]
    [InlineData("bot-detection-0")]
    [InlineData("redirect-0")]
    [InlineData("request-size-limiting-0")]
    [InlineData("request-transformer-1")]
    [InlineData("request-transformer-3")]
    [InlineData("request-transformer-5")]
    [InlineData("request-transformer-7")]
    [InlineData("request-transformer-9")]
    [InlineData("response-transformer-1")]
    [InlineData("response-transformer-3")]
    [InlineData("response-transformer-5")]
    [InlineData("request-termination-1")]
    [InlineData("request-termination-3")]
    [InlineData("request-termination-5")]
    [InlineData("request-termination-7")]
    [InlineData("response-ratelimiting")]
    public async Task Proxy_RecordedRequests_AreAnsweredAsRecorded(string name)
    {
        await using var upstream = await TestUpstream.StartAsync(EchoAsync);
        var group = RecordedGroup.Read(name, upstream.Port)!;
        await using var gateway = await TestGateway.StartAsync(group.Entities, group.AddTo);
        group.Cases.ShouldNotBeEmpty();
        var differences = new List<string>();
        foreach (var recorded in group.Cases.Where(CanBeSent))
        {
            var (expected, actual) = (Masked(Told(recorded["response"]!)), Masked(await AskAsync(gateway, recorded["request"]!)));
            if (name.Contains("transformer", StringComparison.Ordinal))
            {
                (expected, actual) = (Sorted(expected), Sorted(actual));
            }

            if (expected != actual)
            {
                differences.Add($"{recorded["id"]} {recorded["request"]!.ToJsonString()}\nrecorded\n{expected}\nours\n{actual}");
            }
        }

        differences.ShouldBeEmpty(string.Join("\n\n", differences.Take(5)));
    }

    // HttpClient sends a header's values on one line, and frames bodies by itself.
    private static bool CanBeSent(JsonNode recorded) => recorded["request"]!["raw"] is null &&
        recorded["request"]!["headers"]!.AsArray().Select(h => ((string)h![0]!).ToLowerInvariant()) is var names && names.Distinct().Count() == names.Count();

    private static async Task<string> AskAsync(TestGateway gateway, JsonNode request)
    {
        using var message = new HttpRequestMessage(new HttpMethod((string)request["method"]!), (string)request["path"]!);
        if ((string?)request["body"] is { Length: > 0 } body)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach (var header in request["headers"]!.AsArray().GroupBy(h => (string)h![0]!, h => (string?)h![1]))
        {
            if (!message.Headers.TryAddWithoutValidation(header.Key, header))
            {
                message.Content?.Headers.TryAddWithoutValidation(header.Key, header);
            }
        }

        using var response = await gateway.Client.SendAsync(message);
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(h => h.Value.Select(v => new JsonArray(h.Key, v)));
        return Told(new JsonObject
        {
            ["status"] = (int)response.StatusCode,
            ["headers"] = new JsonArray([.. headers]),
            ["body"] = await response.Content.ReadAsStringAsync(),
        });
    }

    /// <summary>An answer in one form: the status, the headers in order, the body; of an echo, what the upstream saw.</summary>
    private static string Told(JsonNode response)
    {
        var body = (string)response["body"]!;
        if (body.StartsWith("{\"server\"", StringComparison.Ordinal))
        {
            var echo = JsonNode.Parse(body)!;
            body = $"upstream: {echo["method"]} {echo["url"]} {echo["body"]}\n{Headers(echo["headers"]!, _places)}";
        }

        return $"{response["status"]}\n{Headers(response["headers"]!, _framing)}\n{body}";
    }

    private static string Headers(JsonNode headers, HashSet<string> without) => string.Join('\n', headers.AsArray()
        .GroupBy(h => ((string)h![0]!).ToLowerInvariant(), h => (string?)h![1]).Where(h => !without.Contains(h.Key))
        .Select(h => $"  {h.Key}: {(h.Key.EndsWith("-latency", StringComparison.Ordinal) ? "<latency>" : string.Join(", ", h))}").Order(StringComparer.Ordinal));

    /// <summary>Parameters that a plugin wrote anew come in any order, those of a query, of a form and of a JSON object alike.</summary>
    private static string Sorted(string told) => string.Join('\n', told.Split('\n').Select(line => Members().Replace(
        Parameters().Replace(line, m => string.Join('&', m.Value.Split('&').Order(StringComparer.Ordinal))),
        m => new JsonObject(((JsonObject)JsonNode.Parse(m.Value)!).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))).ToJsonString())));

    private static string Masked(string told)
    {
        told = Version().Replace(told, Product.ServerToken);
        told = Counter().Replace(told, "<uuid>#<count>");
        told = TrackerId().Replace(told, "<tracker>");
        return RandomId().Replace(told, "<id>");
    }

    /// <summary>What the recorder's upstream did: it answers with the request that it saw, and with the headers that it is told to.</summary>
    private static async Task EchoAsync(HttpContext http)
    {
        var request = http.Request;
        var answer = http.Response;
        answer.ContentType = "application/json";
        answer.Headers["X-Upstream"] = "A";
        foreach (var header in request.Headers["x-echo-headers"].ToString().Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (header.Split('=')[0], header[(header.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            answer.Headers[name] = answer.Headers.TryGetValue(name, out var there) && name is not "Content-Type" ? Microsoft.Extensions.Primitives.StringValues.Concat(there, value) : value;
        }

        if (request.Headers["x-echo-body"] is [{ } told])
        {
            await answer.WriteAsync(told);
            return;
        }

        using var body = new StreamReader(request.Body);
        var seen = new JsonObject
        {
            ["server"] = "A",
            ["method"] = request.Method,
            ["url"] = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            ["headers"] = new JsonArray([.. request.Headers.SelectMany(h => h.Value.Select(v => new JsonArray(h.Key, v)))]),
            ["body"] = await body.ReadToEndAsync(),
        };
        await answer.WriteAsync(seen.ToJsonString(new JsonSerializerOptions()));
    }

    [GeneratedRegex(@"[^ ?{}]+=[^ {}]*")]
    private static partial Regex Parameters();

    [GeneratedRegex(@"\{"".*\}$")]
    private static partial Regex Members();

    [GeneratedRegex(@"kong/\d+\.\d+\.\d+")]
    private static partial Regex Version();

    [GeneratedRegex(@"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}#\d+")]
    private static partial Regex Counter();

    [GeneratedRegex(@"127\.0\.0\.1-\d+-\d+-\d+-\d+-\d+\.\d{3}")]
    private static partial Regex TrackerId();

    [GeneratedRegex(@"\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")]
    private static partial Regex RandomId();
}
