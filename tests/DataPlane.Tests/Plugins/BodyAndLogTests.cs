using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Plugins;

/// <summary>Plugins that see the body of answers, and those that tell of exchanges, over real sockets.</summary>
public sealed class BodyAndLogTests
{
    [Fact]
    public async Task ProxyCache_GivesWhatItRemembers_UntilItIsStale()
    {
        var asked = 0;
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/plain; charset=utf-8";
            http.Response.Headers["X-Own"] = "yes";
            await http.Response.WriteAsync($"answer {Interlocked.Increment(ref asked)}");
        });
        await using var gateway = await StartAsync(upstream, "proxy-cache", new JsonObject { ["strategy"] = "memory", ["vary_headers"] = new JsonArray("X-Vary") });

        var first = await AskAsync(gateway, "/a?x=1&y=2");
        var again = await AskAsync(gateway, "/a?y=2&x=1");
        var other = await AskAsync(gateway, "/a?x=2");
        var varied = await AskAsync(gateway, "/a?x=1&y=2", ("X-Vary", "1"));
        var posted = await gateway.Client.PostAsync("/a", new StringContent("x"));

        (first.Status, first.Body).ShouldBe(("Miss", "answer 1"));
        (again.Status, again.Body, again.Key, again.Own).ShouldBe(("Hit", "answer 1", first.Key, "yes"));
        first.Key.Length.ShouldBe(64);
        (other.Status, other.Body).ShouldBe(("Miss", "answer 2"));
        (varied.Status, varied.Body).ShouldBe(("Miss", "answer 3"));
        posted.Headers.GetValues("X-Cache-Status").ShouldBe(["Bypass"]);
        again.Age.ShouldNotBeNull();
    }

    [Fact]
    public async Task ProxyCache_WithCacheControl_DoesWhatBothSidesSay()
    {
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "application/json";
            http.Response.Headers.CacheControl = http.Request.Path.Value![1..];
            await http.Response.WriteAsync("{}");
        });
        await using var gateway = await StartAsync(upstream, "proxy-cache", new JsonObject { ["strategy"] = "memory", ["cache_control"] = true });

        (await AskAsync(gateway, "/private")).Status.ShouldBe("Bypass");
        (await AskAsync(gateway, "/no-store")).Status.ShouldBe("Bypass");
        (await AskAsync(gateway, "/max-age=60")).Status.ShouldBe("Miss");
        (await AskAsync(gateway, "/max-age=60")).Status.ShouldBe("Hit");
        (await AskAsync(gateway, "/max-age=60", ("Cache-Control", "no-cache"))).Status.ShouldBe("Bypass");
        (await AskAsync(gateway, "/max-age=60", ("Cache-Control", "min-fresh=100"))).Status.ShouldBe("Refresh");
        (await AskAsync(gateway, "/max-age=61", ("Cache-Control", "only-if-cached"))).Code.ShouldBe(504);
    }

    [Fact]
    public async Task ProxyCache_DoesNotRememberAnAnswerThatBrokeOff()
    {
        var breaks = true;
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            if (breaks)
            {
                http.Abort();
            }
        });
        await using var gateway = await StartAsync(upstream, "proxy-cache", new JsonObject { ["strategy"] = "memory" });

        await Should.ThrowAsync<HttpRequestException>(() => gateway.Client.GetStringAsync("/"));
        breaks = false;

        (await AskAsync(gateway, "/")).Status.ShouldBe("Miss");
        (await AskAsync(gateway, "/")).Status.ShouldBe("Hit");
    }

    [Fact]
    public async Task ResponseTransformer_ChangesAChunkedBody_AndTheGatewaysOwnAnswers()
    {
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("{\"a\":");
            await http.Response.Body.FlushAsync();
            await http.Response.WriteAsync("\"" + new string('x', 100_000) + "\"}");
        });
        var config = new JsonObject { ["add"] = new JsonObject { ["json"] = new JsonArray("b:2"), ["json_types"] = new JsonArray("number") } };
        await using var gateway = await StartAsync(upstream, "response-transformer", config);

        var changed = JsonNode.Parse(await gateway.Client.GetStringAsync("/"))!;

        (changed["a"]!.GetValue<string>().Length, changed["b"]!.GetValue<int>()).ShouldBe((100_000, 2));
    }

    [Fact]
    public async Task HttpLog_SendsKongsEntry_AndTriesAgain()
    {
        var entries = new ConcurrentQueue<(string Type, string Header, string Auth, string Body)>();
        var refusals = 2;
        await using var sink = await TestUpstream.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var body = await reader.ReadToEndAsync();
            if (Interlocked.Decrement(ref refusals) >= 0)
            {
                http.Response.StatusCode = 503;
                return;
            }

            entries.Enqueue((http.Request.ContentType!, http.Request.Headers["X-H"].ToString(), http.Request.Headers.Authorization.ToString(), body));
        });
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "http-log", new JsonObject
        {
            ["http_endpoint"] = $"http://me:pw@127.0.0.1:{sink.Port}/log",
            ["headers"] = new JsonObject { ["X-H"] = "1" },
        });

        using var request = new HttpRequestMessage(HttpMethod.Post, "/x/y?q=1&q=2&flag") { Content = new StringContent("12345"), Headers = { { "Authorization", "Bearer secret" } } };
        using var answer = await gateway.Client.SendAsync(request);
        await Wait.UntilAsync(() => !entries.IsEmpty, "the entry arrives");

        entries.TryDequeue(out var sent).ShouldBeTrue();
        (sent.Type, sent.Header, sent.Auth).ShouldBe(("application/json", "1", "Basic " + Convert.ToBase64String("me:pw"u8)));
        var entry = JsonNode.Parse(sent.Body)!.AsObject();
        entry.Select(p => p.Key).Order(StringComparer.Ordinal).ShouldBe(
            ["client_ip", "latencies", "request", "response", "route", "service", "source", "started_at", "tries", "upstream_status", "upstream_uri", "workspace_name"]);
        entry["source"]!.GetValue<string>().ShouldBe("upstream");
        entry["upstream_status"]!.GetValue<string>().ShouldBe("200");
        entry["upstream_uri"]!.GetValue<string>().ShouldBe("/x/y?q=1&q=2&flag");
        entry["request"]!["querystring"]!.ToJsonString().ShouldBe("{\"q\":[\"1\",\"2\"],\"flag\":true}");
        entry["request"]!["headers"]!["authorization"]!.GetValue<string>().ShouldBe("REDACTED");
        entry["request"]!["id"]!.GetValue<string>().ShouldBe(answer.Headers.GetValues("X-Kong-Request-Id").Single());
        entry["response"]!["status"]!.GetValue<int>().ShouldBe(200);
        entry["tries"]!.AsArray().Single()!["port"]!.GetValue<int>().ShouldBe(upstream.Port);
        DateTimeOffset.FromUnixTimeMilliseconds(entry["started_at"]!.GetValue<long>()).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task HttpLog_SendsInBatches_AndWhatWaitsWhenTheGatewayStops()
    {
        var bodies = new ConcurrentQueue<string>();
        await using var sink = await TestUpstream.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            bodies.Enqueue(await reader.ReadToEndAsync());
        });
        await using var upstream = await TestUpstream.StartAsync();
        var config = new JsonObject { ["http_endpoint"] = $"http://127.0.0.1:{sink.Port}/", ["queue"] = new JsonObject { ["max_batch_size"] = 3, ["max_coalescing_delay"] = 3600 } };
        await using (var gateway = await StartAsync(upstream, "http-log", config))
        {
            for (var i = 0; i < 5; i++)
            {
                await gateway.Client.GetStringAsync("/");
            }

            await Wait.UntilAsync(() => bodies.Count is 1, "the full batch arrives");
        }

        bodies.Select(b => JsonNode.Parse(b)!.AsArray().Count).ShouldBe([3, 2]);
    }

    [Fact]
    public async Task ProxyCache_BesideALimit_TellsWhatIsLeftToThisRequest()
    {
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync("x");
        });
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(
            Some.Config(service, Some.Route(service, "/")) with
            {
                Plugins =
                [
                    Some.Plugin("proxy-cache", new JsonObject { ["strategy"] = "memory", ["content_type"] = new JsonArray("text/plain") }),
                    Some.Plugin("rate-limiting", new JsonObject { ["year"] = 10, ["policy"] = "local" }),
                ],
            },
            services => services.AddLogging());
        for (var left = 9; left > 6; left--)
        {
            using var answer = await gateway.Client.GetAsync("/");
            answer.Headers.GetValues("X-Cache-Status").ShouldBe([left is 9 ? "Miss" : "Hit"]);
            answer.Headers.GetValues("X-RateLimit-Remaining-Year").ShouldBe([$"{left}"]);
            answer.Headers.GetValues("RateLimit-Remaining").ShouldBe([$"{left}"]);
        }
    }

    [Fact]
    public async Task Redirect_ThatKeepsThePath_PutsItInPlaceOfItsOwn()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "redirect", new JsonObject { ["location"] = "https://new.test/y?z=1", ["keep_incoming_path"] = true, ["status_code"] = 308 });

        using var answer = await gateway.Client.GetAsync("/a/b?c=1");
        answer.StatusCode.ShouldBe(HttpStatusCode.PermanentRedirect);
        answer.Headers.Location!.OriginalString.ShouldBe("https://new.test/a/b?c=1");
    }

    [Fact]
    public async Task ResponseTransformer_RemovesAHeaderByItsName_WhateverStandsBehindIt()
    {
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            http.Response.Headers["X-Gone"] = "1";
            await http.Response.WriteAsync("x");
        });
        await using var gateway = await StartAsync(upstream, "response-transformer", new JsonObject { ["remove"] = new JsonObject { ["headers"] = new JsonArray("X-Gone:2") } });

        using var answer = await gateway.Client.GetAsync("/");
        answer.Headers.Contains("X-Gone").ShouldBeFalse();
    }

    [Fact]
    public async Task LogServers_OverTls_AreTrustedThroughTheAuthoritiesOfTheNode()
    {
        using var authority = TestAuthority.Create();
        using var certificate = authority.Issue("localhost", ["localhost"]);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var received = new ConcurrentQueue<string>();
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await using var tls = new System.Net.Security.SslStream(client.GetStream());
                try
                {
                    await tls.AuthenticateAsServerAsync(certificate);
                    using var reader = new StreamReader(tls);
                    received.Enqueue(await reader.ReadLineAsync() ?? "");
                    await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
                }
                catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
                {
                    received.Enqueue("refused");
                }
            }
        });
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var upstream = await TestUpstream.StartAsync();
        var plugins = new[]
        {
            ("http-log", new JsonObject { ["http_endpoint"] = $"https://localhost:{port}/log" }, "POST /log HTTP/1.1"),
            ("tcp-log", new JsonObject { ["host"] = "127.0.0.1", ["port"] = port, ["tls"] = true, ["tls_sni"] = "localhost" }, "{"),
        };

        // Those that are trusted first: a plugin tries again where it is refused.
        foreach (var trusted in new[] { true, false })
        {
            foreach (var (name, config, line) in plugins)
            {
                var service = Some.Service(upstream.Port);
                await using var gateway = await TestGateway.StartAsync(
                    Some.Config(service, Some.Route(service, "/")) with { Plugins = [Some.Plugin(name, (JsonObject)config.DeepClone())] },
                    services => services.AddLogging(),
                    o => o with { OutgoingTls = o.OutgoingTls with { Authorities = trusted ? authority.Certificate.ExportCertificatePem() : string.Empty } });
                await gateway.Client.GetStringAsync("/");
                await Wait.UntilAsync(() => Task.FromResult(!received.IsEmpty), "the log server is spoken to");
                received.TryDequeue(out var seen).ShouldBeTrue();

                // A client of TLS 1.3 hangs up when the server's side of the handshake is over.
                (trusted ? seen.StartsWith(line, StringComparison.Ordinal) : seen is "refused" or "").ShouldBeTrue(seen);
            }
        }

        serving.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(System.Security.Authentication.SslProtocols.Tls12, "TLSv1.2", "ECDHE-ECDSA-")]
    [InlineData(System.Security.Authentication.SslProtocols.Tls13, "TLSv1.3", "TLS_AES_")]
    public async Task Handshake_IsTold_InTheNamesThatOpenSslHas(System.Security.Authentication.SslProtocols spoken, string version, string cipher)
    {
        using var folder = new Config.TempFolder();
        var path = Path.Combine(folder.Path, "log");
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "file-log", new JsonObject { ["path"] = path });
#pragma warning disable CA5359, CA5398 // The gateway's certificate is one that it made for itself, and the versions are what is tested.
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = new() { EnabledSslProtocols = spoken, RemoteCertificateValidationCallback = (_, _, _, _) => true } });
#pragma warning restore CA5359, CA5398
        await client.GetStringAsync(new Uri($"https://127.0.0.1:{gateway.TlsPort}/"));
        await Wait.UntilAsync(() => File.Exists(path) && File.ReadAllText(path).EndsWith('\n'), "the line is written");

        var tls = JsonNode.Parse(File.ReadAllText(path))!["request"]!["tls"]!;
        ((string)tls["version"]!).ShouldBe(version);
        ((string)tls["cipher"]!).ShouldStartWith(cipher);
        ((string)tls["client_verify"]!).ShouldBe("NONE");
    }

    [Fact]
    public async Task FailedExchange_IsToldWithItsTries()
    {
        using var folder = new Config.TempFolder();
        var path = Path.Combine(folder.Path, "log");
        var service = Some.Service(FreePort.Next()) with { Retries = 2 };
        await using var gateway = await TestGateway.StartAsync(
            Some.Config(service, Some.Route(service, "/")) with { Plugins = [Some.Plugin("file-log", new JsonObject { ["path"] = path, ["reopen"] = true })] }, services => services.AddLogging());

        (await gateway.Client.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        await Wait.UntilAsync(() => File.Exists(path) && File.ReadAllText(path).EndsWith('\n'), "the first line is written");
        File.Move(path, path + ".1");
        (await gateway.Client.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        await Wait.UntilAsync(() => File.Exists(path), "the file is made again");

        var entry = JsonNode.Parse((await File.ReadAllLinesAsync(path + ".1")).Single())!;
        entry["source"]!.GetValue<string>().ShouldBe("kong");
        entry["upstream_status"]!.GetValue<string>().ShouldBe("502, 502, 502");
        entry["tries"]!.AsArray().Select(t => t!["code"]!.GetValue<int>()).ShouldBe([502, 502, 502]);
    }

    [Fact]
    public async Task TcpAndUdpLog_SendALineAndADatagram()
    {
        await using var upstream = await TestUpstream.StartAsync();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(
            Some.Config(service, Some.Route(service, "/")) with
            {
                Plugins =
                [
                    Some.Plugin("udp-log", new JsonObject { ["host"] = "127.0.0.1", ["port"] = ((IPEndPoint)udp.Client.LocalEndPoint!).Port }),
                    Some.Plugin("tcp-log", new JsonObject { ["host"] = "127.0.0.1", ["port"] = ((IPEndPoint)tcp.LocalEndpoint).Port }),
                ],
            },
            services => services.AddLogging());

        await gateway.Client.GetStringAsync("/");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var datagram = await udp.ReceiveAsync(limit.Token);
        using var client = await tcp.AcceptTcpClientAsync(limit.Token);
        using var reader = new StreamReader(client.GetStream());

        JsonNode.Parse(datagram.Buffer)!["source"]!.GetValue<string>().ShouldBe("upstream");
        var line = await reader.ReadLineAsync(limit.Token);
        line.ShouldBe(Encoding.UTF8.GetString(datagram.Buffer));
    }

    [Fact]
    public async Task ChunkedBody_LargerThanAllowed_IsRefused_AndASmallerOnePassesWhole()
    {
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            await http.Response.WriteAsync(await reader.ReadToEndAsync());
        });
        await using var gateway = await StartAsync(upstream, "request-size-limiting", new JsonObject { ["allowed_payload_size"] = 10, ["size_unit"] = "bytes" });

        (await gateway.SendRawAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n")).ShouldStartWith("HTTP/1.1 413");
        var passed = await gateway.SendRawAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n12345\r\n5\r\n67890\r\n0\r\n\r\n");
        passed.ShouldStartWith("HTTP/1.1 200");
        passed.ShouldContain("1234567890");
    }

    private static async Task<TestGateway> StartAsync(TestUpstream upstream, string plugin, JsonObject config)
    {
        var service = Some.Service(upstream.Port);
        return await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")) with { Plugins = [Some.Plugin(plugin, config)] }, services => services.AddLogging());
    }

    private static async Task<(int Code, string? Status, string Body, string Key, string? Own, string? Age)> AskAsync(TestGateway gateway, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await gateway.Client.SendAsync(request);
        string? Header(string name) => response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
        return ((int)response.StatusCode, Header("X-Cache-Status"), await response.Content.ReadAsStringAsync(), Header("X-Cache-Key") ?? "", Header("X-Own"), Header("Age"));
    }
}
