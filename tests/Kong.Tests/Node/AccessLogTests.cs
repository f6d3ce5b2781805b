using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Node;

/// <summary>What a node writes about the requests that it answered.</summary>
public sealed class AccessLogTests : IDisposable
{
    private readonly TestCommand _command = new();
    private readonly HttpClient _client = new();
    private readonly Dictionary<string, string> _environment = [];
    private readonly Dictionary<string, int> _ports = [];

    public AccessLogTests()
    {
        foreach (var name in new[] { "proxy", "admin", "status", "admin_gui" })
        {
            _ports[name] = FreePort.Next();
            _environment[$"KONG_{name.ToUpperInvariant()}_LISTEN"] = $"127.0.0.1:{_ports[name]}";
        }

        _environment["KONG_DATABASE"] = "off";
        _environment["KONG_PREFIX"] = _command.PathOf("prefix");
        _environment["KONG_DECLARATIVE_CONFIG"] = _command.Write("kong.yml", """
            _format_version: "3.0"
            services:
            - name: s
              url: http://nowhere.test
              routes:
              - name: r
                paths: [/]
                plugins:
                - {name: request-termination, config: {status_code: 201, message: hello}}
            """);
    }

    [Fact]
    public async Task Requests_ToEachListener_AreInItsFileInTheCombinedForm()
    {
        _environment["KONG_STATUS_ACCESS_LOG"] = "logs/status.log short";
        _environment["KONG_NGINX_HTTP_LOG_FORMAT"] = "short escape=json '{\"to\":\"$request_uri\",\"by\":\"$http_user_agent\",\"status\":$status}'";
        await using var node = await StartAsync();

        using var request = new HttpRequestMessage(HttpMethod.Post, Url("proxy", "/a/b?x=1&apikey=hush&y=2&any=eyJhush.x")) { Content = new StringContent("a body") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("alice:hush"u8));
        request.Headers.Referrer = new Uri("http://from.test/?token=hush");
        request.Headers.TryAddWithoutValidation("User-Agent", "a \"quoted\\ agent");
        using var answer = await _client.SendAsync(request);
        var id = answer.Headers.GetValues("X-Kong-Request-Id").Single();
        var length = (await answer.Content.ReadAsByteArrayAsync()).Length;
        var services = await _client.GetStringAsync(Url("admin", "/services"));
        using var missing = await _client.DeleteAsync(Url("admin", "/nowhere"));
        await _client.GetStringAsync(Url("status", "/status"));
        await _client.GetStringAsync(Url("admin_gui", "/"));

        const string begin = @"^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] ";
        (await LineAsync("access.log")).ShouldMatch(
            "^" + begin[1..].Replace("- - ", "- alice ", StringComparison.Ordinal)
            + @"""POST /a/b\?x=1&apikey=\*\*\*&y=2&any=\*\*\* HTTP/1\.1"" 201 " + length + @" ""http://from\.test/\?token=\*\*\*"" ""a \\x22quoted\\x5C agent"" kong_request_id: """ + id + @"""$");
        (await LineAsync("admin_access.log", "/services")).ShouldMatch(begin + @"""GET /services HTTP/1\.1"" 200 " + services.Length + @" ""-"" ""-""$");
        (await LineAsync("admin_access.log", "/nowhere")).ShouldMatch(begin + @"""DELETE /nowhere HTTP/1\.1"" 404 23 ""-"" ""-""$");
        (await LineAsync("status.log")).ShouldBe("""{"to":"/status","by":"","status":200}""");
        (await LineAsync("admin_gui_access.log")).ShouldMatch(begin + @"""GET / HTTP/1\.1"" 302 0 ""-"" ""-""$");
        Directory.EnumerateFiles(_command.PathOf("prefix/logs")).ShouldAllBe(f => !File.ReadAllText(f).Contains("hush"));
    }

    [Fact]
    public async Task Request_ThatCannotBeRead_IsInTheFileToo()
    {
        await using var node = await StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _ports["proxy"]);
        await client.GetStream().WriteAsync("GET / HTTP/9.1\r\nHost: a\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        (await reader.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 505");

        (await LineAsync("access.log")).ShouldContain(" 505 ");
    }

    [Fact]
    public async Task Rotation_BySignal_GoesOnInANewFileWithoutLosingALine()
    {
        await using var node = await StartAsync();
        var log = _command.PathOf("prefix/logs/access.log");
        var moved = log + ".1";
        using var done = new CancellationTokenSource();
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                using var answer = await _client.GetAsync(Url("proxy", $"/{sent}"));
                sent++;
            }
        });
        await LineAsync("access.log", "/5 ");

        File.Move(log, moved);
        node.Signal(Signals.User1);

        await Wait.UntilAsync(() => File.Exists(log) && File.ReadAllLines(log).Length > 5, "the new file is written");
        await done.CancelAsync();
        await sending;
        await Wait.UntilAsync(() => Lines().Count() >= sent, "all lines are written");
        Lines().Select(l => l.Split(' ')[6]).ShouldBe(Enumerable.Range(0, sent).Select(n => $"/{n}"));
        File.ReadAllLines(moved).ShouldNotBeEmpty();

        IEnumerable<string> Lines() => File.ReadLines(moved).Concat(File.ReadLines(log));
    }

    [Fact]
    public async Task Log_ToTheStandardOutputOrOff_IsThereOrNot()
    {
        _environment["KONG_PROXY_ACCESS_LOG"] = "/dev/stdout combined";
        _environment["KONG_ADMIN_ACCESS_LOG"] = "off";
        await using var node = await StartAsync();

        await _client.GetStringAsync(Url("admin", "/"));
        using var answer = await _client.GetAsync(Url("proxy", "/seen"));

        await Wait.UntilAsync(() => node.Output.Contains("\"GET /seen HTTP/1.1\" 201 19 \"-\" \"-\"", StringComparison.Ordinal), "the line is on the standard output");
        Directory.EnumerateFiles(_command.PathOf("prefix/logs")).Select(Path.GetFileName).ShouldBe(["admin_gui_access.log"]);
    }

    [Theory]
    [InlineData("KONG_PROXY_ACCESS_LOG", "logs/a.log bogus", "proxy_access_log: unknown log format \"bogus\"")]
    [InlineData("KONG_STATUS_ACCESS_LOG", "syslog:server=127.0.0.1", "status_access_log must be a path, a device such as /dev/stdout, or off, got 'syslog:server=127.0.0.1'")]
    [InlineData("KONG_NGINX_HTTP_LOG_FORMAT", "mine '$bogus'", "nginx_http_log_format: unknown \"bogus\" variable")]
    [InlineData("KONG_NGINX_HTTP_LOG_FORMAT", "mine", "nginx_http_log_format: must be a name and the text of a line, in quotes")]
    [InlineData("KONG_NGINX_HTTP_LOG_FORMAT", "mine escape=xml '$status'", "nginx_http_log_format: unknown log format escaping \"xml\"")]
    public async Task Setting_ThatNamesNothing_IsRefusedBeforeTheStart(string name, string value, string complaint)
    {
        _command.Environment[name] = value;
        (await _command.RunAsync("check", _command.Write("kong.conf", "database = off\n"))).Error.ShouldContain(complaint);
    }

    public void Dispose()
    {
        _client.Dispose();
        _command.Dispose();
    }

    private Uri Url(string listener, string path) => new($"http://127.0.0.1:{_ports[listener]}{path}");

    private async Task<GatewayProcess> StartAsync()
    {
        var node = GatewayProcess.Kong(["start"], _environment);
        await node.WaitForAsync(_client, Url("status", "/status/ready").ToString());
        if (File.Exists(_command.PathOf("prefix/logs/status.log")))
        {
            await LineAsync("status.log", "ready");
            await File.WriteAllTextAsync(_command.PathOf("prefix/logs/status.log"), "");
        }

        return node;
    }

    /// <summary>Waits for the first line that holds a text.</summary>
    private async Task<string> LineAsync(string file, string text = "")
    {
        string? line = null;
        var path = Path.Combine(_command.PathOf("prefix/logs"), file);
        await Wait.UntilAsync(() => (line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(l => l.Contains(text, StringComparison.Ordinal)) : null) is not null, $"{text} is in {file}");
        return line!;
    }
}
