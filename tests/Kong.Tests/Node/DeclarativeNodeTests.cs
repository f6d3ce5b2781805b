using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Entities.Declarative;
using Gateway.Schema;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Node;

/// <summary>A node without a database, as a process of its own: what is posted or written to its file is what it proxies and shows.</summary>
public sealed class DeclarativeNodeTests : IDisposable
{
    private static readonly MediaTypeHeaderValue _yaml = new("text/yaml");
    private readonly TestCommand _command = new();
    private readonly HttpClient _client = new();
    private readonly string _admin = $"http://127.0.0.1:{FreePort.Next()}";
    private readonly string _proxy = $"http://127.0.0.1:{FreePort.Next()}";
    private readonly string _status = $"http://127.0.0.1:{FreePort.Next()}";
    private readonly Dictionary<string, string> _environment;

    public DeclarativeNodeTests()
    {
        _environment = new()
        {
            ["KONG_DATABASE"] = "off",
            ["KONG_PREFIX"] = _command.PathOf("prefix"),
            ["KONG_PROXY_LISTEN"] = _proxy["http://".Length..],
            ["KONG_ADMIN_LISTEN"] = _admin["http://".Length..],
            ["KONG_STATUS_LISTEN"] = _status["http://".Length..],
            ["KONG_ADMIN_GUI_LISTEN"] = "off",
        };
        _command.Environment["KONG_PREFIX"] = _command.PathOf("prefix");
    }

    public void Dispose()
    {
        _client.Dispose();
        _command.Dispose();
    }

    [Fact]
    public async Task Node_WithStreamListeners_PassesStreamsOn()
    {
        using var upstream = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        upstream.Start();
        var port = FreePort.Next();
        _environment["KONG_STREAM_LISTEN"] = $"127.0.0.1:{port}";
        _environment["KONG_DECLARATIVE_CONFIG"] = _command.Write("kong.yml", $$"""
            _format_version: "3.0"
            services:
            - name: db
              protocol: tcp
              host: 127.0.0.1
              port: {{((IPEndPoint)upstream.LocalEndpoint).Port}}
              routes: [{name: db, protocols: [tcp], destinations: [{port: {{port}}}]}]
            """);
        await using var node = await StartAsync();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        using var reached = await upstream.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await client.GetStream().WriteAsync("hello"u8.ToArray());
        var heard = new byte[5];
        await reached.GetStream().ReadExactlyAsync(heard);
        heard.ShouldBe("hello"u8.ToArray());
    }

    [Fact]
    public async Task Node_ThatCaches_ShowsWhatItKeepsAndForgetsIt()
    {
        _environment["KONG_DECLARATIVE_CONFIG"] = _command.Write("kong.yml", $$"""
            _format_version: "3.0"
            services:
            - name: robots
              url: {{_admin}}/robots.txt
              routes: [{name: robots, paths: [/]}]
              plugins: [{name: proxy-cache, id: 00000000-0000-4000-8000-000000000001, config: {strategy: memory, content_type: ["text/plain; charset=utf-8"] } }]
            """);
        await using var node = await StartAsync();
        var key = (await _client.GetAsync(new Uri(_proxy))).Headers.GetValues("X-Cache-Key").Single();
        var kept = new Uri($"{_admin}/proxy-cache/{key}");

        // Whoever has an answer finds it kept: it is kept before its last piece goes out.
        var entry = JsonNode.Parse(await _client.GetStringAsync(kept))!;
        ((int)entry["status"]!, (string)entry["headers"]!["Content-Type"]!, (int)entry["body_len"]!, (int)entry["ttl"]!).ShouldBe((200, "text/plain; charset=utf-8", 26, 300));
        (await _client.GetAsync(new Uri($"{_admin}/proxy-cache/00000000-0000-4000-8000-000000000001/caches/{key}"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _client.GetAsync(new Uri($"{_admin}/proxy-cache/00000000-0000-4000-8000-000000000002/caches/{key}"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await _client.DeleteAsync(kept)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _client.DeleteAsync(kept)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _client.GetAsync(new Uri(_proxy))).Headers.GetValues("X-Cache-Status").Single().ShouldBe("Miss");
        (await _client.DeleteAsync(new Uri($"{_admin}/proxy-cache"))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _client.GetAsync(kept)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Node_FromItsFile_ProxiesReloadsAndKeepsWhatIsGoodOverRestarts()
    {
        var file = _command.Write("kong.yml", Terminating("one"));
        _environment["KONG_DECLARATIVE_CONFIG"] = file;
        await using (var node = await StartAsync())
        {
            (await AnswerAsync()).ShouldBe("one");
            (await _client.GetAsync(new Uri($"{_status}/status/ready"))).StatusCode.ShouldBe(HttpStatusCode.OK);

            _command.Write("kong.yml", Terminating("two"));
            (await _command.RunAsync("reload")).Out.ShouldBe("Kong reloaded\n");
            await Wait.UntilAsync(async () => await AnswerAsync() is "two", "the file is read again");

            _command.Write("kong.yml", Terminating("three").Replace("url:", "port: -1\n  nope:", StringComparison.Ordinal));
            node.Signal(Signals.Hangup);
            await Wait.UntilAsync(() => node.Output.Contains("in 'nope': unknown field", StringComparison.Ordinal), "the file is refused");
            node.Output.ShouldContain("in 'port': value should be between 0 and 65535");
            (await AnswerAsync()).ShouldBe("two");
            await node.KillAsync();
        }

        // A bad file keeps the node from starting, and says everything that is wrong.
        var (code, output) = await GatewayProcess.RunKongAsync(["start"], _environment);
        code.ShouldBe(1);
        output.ShouldContain($"Error: error parsing declarative config file {file}:\nin 'services':\n  - in entry 1 of 'services':\n");
        output.ShouldContain("in 'host': required field missing");

        // Without a file, what was in use is in use again, and the Admin API shows it.
        _environment.Remove("KONG_DECLARATIVE_CONFIG");
        await using var again = await StartAsync();
        (await AnswerAsync()).ShouldBe("two");
        (await GetAsync("/services/s/routes"))["data"]![0]!["name"]!.ToString().ShouldBe("r");
        (await GetAsync("/config"))["config"]!.ToString().ShouldContain("message: two");
    }

    [Fact]
    public async Task Quit_UnderTraffic_FailsNoRequest()
    {
        _environment["KONG_DECLARATIVE_CONFIG"] = _command.Write("kong.yml", Terminating("one"));
        await using var node = await StartAsync();
        var (answered, isLeaving) = (0, false);
        var clients = Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            // Nobody sends new connections to a node that leaves; those that it has must not fail.
            using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (to, cancellation) => Volatile.Read(ref isLeaving) ? throw new SocketException((int)SocketError.ConnectionRefused) : ConnectAsync(to, cancellation) });
            while (true)
            {
                try
                {
                    // A POST is not sent again by the client itself.
                    using var answer = await client.PostAsync(new Uri(_proxy + "/"), new StringContent("x"));
                    (await answer.Content.ReadAsStringAsync()).ShouldContain("one");
                    Interlocked.Increment(ref answered);
                }
                catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                {
                    return;
                }
            }
        })).ToArray();
        await Wait.UntilAsync(() => Volatile.Read(ref answered) > 50, "the clients are busy");

        Volatile.Write(ref isLeaving, true);
        (await _command.RunAsync("quit")).ShouldBe((0, "Kong stopped (gracefully)\n", ""));

        await Task.WhenAll(clients).WaitAsync(Wait.Patience);
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0, node.Output);

        static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext to, CancellationToken cancellation)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(to.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    [Fact]
    public async Task Node_PostedConfig_IsShownInAllForms_AndWritesAreRefused()
    {
        await using var node = await StartAsync();
        (await _client.GetAsync(new Uri($"{_status}/status/ready"))).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        const string text = """
            _format_version: "3.0"
            services:
            - name: s
              host: s.test
              tags: [t]
              routes:
              - {name: r, paths: [/r]}
            consumers:
            - username: bob
              keyauth_credentials: [{key: k, ttl: 1000}]
              basicauth_credentials: [{username: b, password: secret}]
            consumer_groups:
            - {name: gold}
            consumer_group_consumers:
            - {consumer: bob, consumer_group: gold}
            upstreams:
            - name: u.test
              targets: [{target: 127.0.0.1}]
            """;
        var (status, _) = await PostAsync("/config", text, _yaml);
        status.ShouldBe(HttpStatusCode.Created);

        (await GetAsync("/services?tags=t"))["data"]!.AsArray().Count.ShouldBe(1);
        (await GetAsync("/tags/t"))["data"]![0]!["entity_name"]!.ToString().ShouldBe("services");
        (await GetAsync("/routes/r/service"))["name"]!.ToString().ShouldBe("s");
        (await GetAsync("/consumers/bob/key-auth/k"))["ttl"]!.GetValue<long>().ShouldBeInRange(900, 1000);
        (await GetAsync("/basic-auths"))["data"]![0]!["password"]!.ToString().Length.ShouldBe(40);
        (await GetAsync("/consumer_groups/gold/consumers"))["data"]![0]!["username"]!.ToString().ShouldBe("bob");
        (await GetAsync("/upstreams/u.test/targets"))["data"]![0]!["target"]!.ToString().ShouldBe("127.0.0.1:8000");
        (await GetAsync("/upstreams/u.test/health"))["data"]![0]!["health"]!.ToString().ShouldBe("HEALTHCHECKS_OFF");
        (await GetAsync("/status"))["configuration_hash"]!.ToString().ShouldBe(DeclarativeText.Hash(Encoding.UTF8.GetBytes(text)));
        (await PostAsync("/config?check_hash=1", text, _yaml)).Status.ShouldBe(HttpStatusCode.NotModified);

        // A bad document changes nothing.
        (await PostAsync("/config", text.Replace("host: s.test", "port: x", StringComparison.Ordinal), _yaml)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await GetAsync("/services/s"))["host"]!.ToString().ShouldBe("s.test");

        // What the node shows is a configuration again; but for a time to live it stays the same.
        var shown = (await GetAsync("/config"))["config"]!.ToString();
        (await PostAsync("/config", shown, _yaml)).Status.ShouldBe(HttpStatusCode.Created);
        WithoutTtl((await GetAsync("/config"))["config"]!.ToString()).ShouldBe(WithoutTtl(shown));

        foreach (var (method, path, expected) in new[]
        {
            (HttpMethod.Post, "/services", "cannot create 'services' entities when not using a database"),
            (HttpMethod.Put, "/services/x", "cannot create or update 'services' entities by 'name' when not using a database"),
            (HttpMethod.Patch, "/services/s", "cannot update 'services' entities by 'name' when not using a database"),
            (HttpMethod.Delete, "/services/s", "cannot remove 'services' entities by 'name' when not using a database"),
            (HttpMethod.Delete, "/consumer_groups/gold/consumers/bob", "cannot remove 'consumer_group_consumers' entities when not using a database"),
        })
        {
            using var request = new HttpRequestMessage(method, _admin + path) { Content = new StringContent("""{"host": "x.test"}""", Encoding.UTF8, "application/json") };
            using var response = await _client.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed, path);
            JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"]!.ToString().ShouldBe(expected);
        }
    }

    [SharedFact]
    public async Task Node_RecordedPosts_HaveKongsStatusAndBody()
    {
        await using var node = await StartAsync();
        var differences = new List<string>();
        foreach (var recorded in File.ReadLines(SharedFolder.PathOf("kong", "cases", "dbless", "config.jsonl")!).Select(l => JsonNode.Parse(l)!))
        {
            var (request, response) = (recorded["request"]!, recorded["response"]!);
            if ((string?)request["method"] is not ("POST" or "PUT" or "PATCH" or "DELETE"))
            {
                continue;
            }

            using var message = new HttpRequestMessage(new HttpMethod((string)request["method"]!), _admin + (string)request["path"]!);
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes((string?)request["body"] ?? string.Empty));
            if (request["headers"]!.AsArray().FirstOrDefault(h => (string?)h![0] is "Content-Type") is { } type)
            {
                message.Content.Headers.TryAddWithoutValidation("Content-Type", (string)type[1]!);
            }

            using var answer = await _client.SendAsync(message);
            var (ours, theirs) = (await answer.Content.ReadAsStringAsync(), (string?)response["body"] ?? string.Empty);
            if ((int)answer.StatusCode != (int)response["status"]! || Fields(ours) != Fields(theirs))
            {
                differences.Add($"{recorded["id"]}\n  recorded {(int)response["status"]!} {Fields(theirs)}\n  ours     {(int)answer.StatusCode} {Fields(ours)}");
            }
        }

        differences.ShouldBeEmpty();
    }

    [SharedFact]
    public async Task Node_ConfigurationsOfTheIngressController_AreTaken()
    {
        await using var node = await StartAsync();
        var folder = SharedFolder.PathOf("kong", "cases", "ingress", "kic-3.x")!;
        foreach (var golden in Directory.GetFiles(folder, "*_golden.yaml", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(golden);
            // Those of the enterprise edition's own entities, and those of another flavour of the router, are none for this node.
            if (golden.Contains("-ee/", StringComparison.Ordinal) || text.Contains("expression: ", StringComparison.Ordinal))
            {
                continue;
            }

            var document = DeclarativeText.Read(text, out _)!;
            using var body = new StringContent(document.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await _client.PostAsync(new Uri($"{_admin}/config?check_hash=1&flatten_errors=1"), body);
            ((int)answer.StatusCode).ShouldBeOneOf(201, 304);
            var services = document["services"] as JsonArray ?? [];
            (await GetAsync("/services?size=1000"))["data"]!.AsArray().Select(s => s!["id"]!.ToString()).ShouldBe(services.Select(s => s!["id"]!.ToString()), ignoreOrder: true, golden);
        }
    }

    private async Task<GatewayProcess> StartAsync()
    {
        var node = GatewayProcess.Kong(["start"], _environment);
        await node.WaitForAsync(_client, $"{_admin}/status");
        return node;
    }

    private async Task<string> AnswerAsync()
    {
        using var answer = await _client.GetAsync(new Uri($"{_proxy}/x"));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.ToString();
    }

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await _client.GetStringAsync(new Uri(_admin + path)))!;

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string text, MediaTypeHeaderValue type)
    {
        using var body = new StringContent(text, type);
        using var answer = await _client.PostAsync(new Uri(_admin + path), body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string WithoutTtl(string yaml) => string.Join('\n', yaml.Split('\n').Where(l => !l.TrimStart().StartsWith("ttl: ", StringComparison.Ordinal)));

    /// <summary>What an answer says, without ids of entities, times, and the tails that OpenSSL writes.</summary>
    private static string Fields(string body)
    {
        if (!Json.TryParse(Encoding.UTF8.GetBytes(body), out var node))
        {
            return body;
        }

        if (node is JsonObject map && map["code"] is null && map["message"] is null)
        {
            return string.Join(' ', map.Select(p => p.Key).Order(StringComparer.Ordinal));
        }

        var text = (node as JsonObject)?["message"]?.ToString() ?? body;
        return text.Contains("invalid certificate", StringComparison.Ordinal) ? "invalid certificate" : text;
    }

    private static string Terminating(string message) => $$"""
        _format_version: "3.0"
        services:
        - name: s
          url: http://nowhere.test
          routes:
          - name: r
            paths: [/]
            plugins:
            - name: request-termination
              config: {status_code: 200, message: {{message}}}

        """;
}
