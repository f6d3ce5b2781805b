using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Node;

/// <summary>Options whose effect only a node shows: which plugins there are, and how much clients may send.</summary>
public sealed class OptionNodeTests : IDisposable
{
    private readonly TestCommand _command = new();
    private readonly HttpClient _client = new();
    private readonly int _proxy = FreePort.Next();
    private readonly string _admin = $"http://127.0.0.1:{FreePort.Next()}";

    [Fact]
    public async Task Plugins_ThatAreNotNamed_AreNotThere()
    {
        await using var node = await StartAsync(new() { ["KONG_PLUGINS"] = "key-auth, request-termination" });

        (await GetAsync("/plugins/enabled"))["enabled_plugins"]!.AsArray().Select(p => (string)p!).Order().ShouldBe(["key-auth", "request-termination"]);
        (await GetAsync("/"))["plugins"]!["available_on_server"]!.AsObject().Select(p => p.Key).Order().ShouldBe(["key-auth", "request-termination"]);
        (await GetAsync("/"))["configuration"]!["loaded_plugins"]!.AsObject().Count.ShouldBe(2);
        (await _client.GetAsync(new Uri(_admin + "/schemas/plugins/cors"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _client.GetAsync(new Uri(_admin + "/acls"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _client.GetAsync(new Uri(_admin + "/key-auths"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var refused = await _client.PostAsJsonAsync(new Uri(_admin + "/schemas/plugins/validate"), new JsonObject { ["name"] = "cors" });
        (await refused.Content.ReadFromJsonAsync<JsonObject>())!["fields"]!["name"]!.ToString().ShouldBe("plugin 'cors' not enabled; add it to the 'plugins' configuration property");
        using var config = await _client.PostAsJsonAsync(new Uri(_admin + "/config"), JsonNode.Parse("""{"_format_version":"3.0","plugins":[{"name":"cors"}]}"""));
        config.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await config.Content.ReadAsStringAsync()).ShouldContain("plugin 'cors' not enabled");
    }

    [Fact]
    public async Task Plugins_ThatDoNotExist_KeepTheNodeFromStarting()
    {
        var (code, output) = await GatewayProcess.RunKongAsync(["start"], Environment(new() { ["KONG_PLUGINS"] = "bundled, nope" }));

        code.ShouldBe(1);
        output.ShouldContain("Error: error loading plugin schemas: on plugin 'nope': nope plugin is enabled but not installed");
    }

    [Fact]
    public async Task Limits_OfWhatClientsSend_AreKept()
    {
        await using var node = await StartAsync(new()
        {
            ["KONG_NGINX_PROXY_CLIENT_MAX_BODY_SIZE"] = "1k",
            ["KONG_NGINX_HTTP_LARGE_CLIENT_HEADER_BUFFERS"] = "4 16k",
            ["KONG_DECLARATIVE_CONFIG_STRING"] = """
                _format_version: "3.0"
                services: [{name: a, host: 127.0.0.1, port: 1, routes: [{paths: ["/"]}], plugins: [{name: request-termination, config: {status_code: 200, message: hello}}]}]
                """,
        });

        (await StatusAsync(new ByteArrayContent(new byte[1024]))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(new ByteArrayContent(new byte[1025]))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        // Longer than nginx's, and Kestrel's, own limit of 8 KiB for a line.
        (await _client.GetAsync(new Uri($"http://127.0.0.1:{_proxy}/?{new string('a', 12_000)}"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _client.GetAsync(new Uri($"http://127.0.0.1:{_proxy}/?{new string('a', 17_000)}"))).StatusCode.ShouldBe(HttpStatusCode.RequestUriTooLong);
    }

    public void Dispose()
    {
        _client.Dispose();
        _command.Dispose();
    }

    private async Task<HttpStatusCode> StatusAsync(HttpContent body)
    {
        using var answer = await _client.PostAsync(new Uri($"http://127.0.0.1:{_proxy}/"), body);
        return answer.StatusCode;
    }

    private async Task<JsonNode> GetAsync(string path) => (await _client.GetFromJsonAsync<JsonNode>(new Uri(_admin + path)))!;

    private Dictionary<string, string> Environment(Dictionary<string, string> own) => new Dictionary<string, string>
    {
        ["KONG_DATABASE"] = "off",
        ["KONG_PREFIX"] = _command.PathOf("prefix"),
        ["KONG_PROXY_LISTEN"] = $"127.0.0.1:{_proxy}",
        ["KONG_ADMIN_LISTEN"] = _admin["http://".Length..],
        ["KONG_STATUS_LISTEN"] = "off",
        ["KONG_ADMIN_GUI_LISTEN"] = "off",
    }.Concat(own).GroupBy(v => v.Key).ToDictionary(g => g.Key, g => g.Last().Value);

    private async Task<GatewayProcess> StartAsync(Dictionary<string, string> own)
    {
        var node = GatewayProcess.Kong(["start"], Environment(own));
        await Wait.UntilAsync(() => node.HasExited || node.Output.Split('\n').Contains("Kong started"), "the node starts");
        node.HasExited.ShouldBeFalse(node.Output);
        return node;
    }
}
