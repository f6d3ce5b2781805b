using System.Text.Json.Nodes;

namespace Gateway.EndToEnd;

/// <summary>A control plane, a data plane, an echo upstream and a PostgreSQL, each a real process that a test may kill and start again.</summary>
public sealed class Platform : IAsyncDisposable
{
    /// <summary>The super admin's password; every run has its own.</summary>
    public static readonly string Password = Guid.NewGuid().ToString("N");

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-e2e-").FullName;
    private readonly Dictionary<string, int> _ports = [];
    private string _database = string.Empty;

    private Platform()
    {
    }

    /// <summary>A server whose commits wait for the disk.</summary>
    private sealed class DurablePostgres : PostgresFixture
    {
        protected override bool Durable => true;
    }

    public PostgresFixture Postgres { get; private init; } = new();

    public HttpClient Http { get; } = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(10) };

    public GatewayProcess ControlPlane { get; private set; } = null!;

    public GatewayProcess DataPlane { get; private set; } = null!;

    public GatewayProcess Echo { get; private set; } = null!;

    public string Admin => $"http://127.0.0.1:{Port("admin")}";

    public string Proxy => $"http://127.0.0.1:{Port("proxy")}";

    public string Manager => $"http://127.0.0.1:{Port("manager")}";

    public string EchoUrl => $"http://127.0.0.1:{Port("echo")}";

    public string ControlPlaneStatus => $"http://127.0.0.1:{Port("cp-status")}";

    public string DataPlaneStatus => $"http://127.0.0.1:{Port("dp-status")}";

    /// <summary>The connection string of the control plane's database.</summary>
    public string Database => Postgres.ConnectionString(_database);

    public string DataPlanePrefix => Path.Combine(_folder, "dp");

    public string ClusterCertificate => Path.Combine(_folder, "cluster.crt");

    public string ClusterKey => Path.Combine(_folder, "cluster.key");

    public static async Task<Platform> StartAsync(bool planes = true, bool durable = false)
    {
        var platform = new Platform { Postgres = durable ? new DurablePostgres() : new PostgresFixture() };
        await platform.Postgres.InitializeAsync();
        platform._database = (await platform.Postgres.CreateDatabaseAsync()).Name;
        await platform.KongAsync("hybrid", "gen_cert", platform.ClusterCertificate, platform.ClusterKey);
        await platform.KongAsync("migrations", "bootstrap");
        platform.Echo = GatewayProcess.Echo(platform.Port("echo"));
        if (planes)
        {
            await platform.StartControlPlaneAsync();
            await platform.StartDataPlaneAsync();
        }

        return platform;
    }

    public int Port(string name) => _ports.TryGetValue(name, out var port) ? port : _ports[name] = FreePort.Next();

    /// <summary>A folder of the platform's own, which goes with it.</summary>
    public string Folder(string name) => Path.Combine(_folder, name);

    public async Task StartControlPlaneAsync(Dictionary<string, string>? changed = null)
    {
        var settings = ControlPlaneSettings();
        foreach (var (name, value) in changed ?? [])
        {
            settings[name] = value;
        }

        ControlPlane = GatewayProcess.Kong(["start"], settings);
        await ControlPlane.WaitForAsync(Http, $"http://127.0.0.1:{Port("cp-status")}/status/ready");
    }

    /// <summary>Starts one process that is both planes.</summary>
    public async Task StartTraditionalAsync(string until = "/status/ready")
    {
        var settings = ControlPlaneSettings();
        settings.Remove("KONG_ROLE");
        settings["KONG_LOG_LEVEL"] = "info";
        settings["KONG_PROXY_LISTEN"] = $"127.0.0.1:{Port("proxy")}";
        ControlPlane = GatewayProcess.Kong(["start"], settings);
        await ControlPlane.WaitForAsync(Http, $"http://127.0.0.1:{Port("cp-status")}{until}");
    }

    public async Task StartDataPlaneAsync(Dictionary<string, string>? changed = null, bool ready = false)
    {
        var settings = DataPlaneSettings();
        foreach (var (name, value) in changed ?? [])
        {
            settings[name] = value;
        }

        DataPlane = GatewayProcess.Kong(["start"], settings);
        await DataPlane.WaitForAsync(Http, ready ? $"{DataPlaneStatus}/status/ready" : $"{DataPlaneStatus}/status");
    }

    public Dictionary<string, string> ControlPlaneSettings() => new(DatabaseSettings())
    {
        ["KONG_ROLE"] = "control_plane",
        ["KONG_PREFIX"] = Path.Combine(_folder, "cp"),
        ["KONG_CLUSTER_CERT"] = ClusterCertificate,
        ["KONG_CLUSTER_CERT_KEY"] = ClusterKey,
        ["KONG_ADMIN_LISTEN"] = $"127.0.0.1:{Port("admin")}",
        ["KONG_ADMIN_GUI_LISTEN"] = $"127.0.0.1:{Port("manager")}",
        ["KONG_CLUSTER_LISTEN"] = $"127.0.0.1:{Port("cluster")}",
        ["KONG_CLUSTER_TELEMETRY_LISTEN"] = $"127.0.0.1:{Port("telemetry")}",
        ["KONG_STATUS_LISTEN"] = $"127.0.0.1:{Port("cp-status")}",
    };

    public Dictionary<string, string> DataPlaneSettings() => new()
    {
        ["KONG_ROLE"] = "data_plane",
        ["KONG_DATABASE"] = "off",
        ["KONG_PREFIX"] = DataPlanePrefix,
        ["KONG_CLUSTER_CERT"] = ClusterCertificate,
        ["KONG_CLUSTER_CERT_KEY"] = ClusterKey,
        ["KONG_CLUSTER_CONTROL_PLANE"] = $"127.0.0.1:{Port("cluster")}",
        ["KONG_CLUSTER_TELEMETRY_ENDPOINT"] = $"127.0.0.1:{Port("telemetry")}",
        ["KONG_PROXY_LISTEN"] = $"127.0.0.1:{Port("proxy")}, 127.0.0.1:{Port("proxy-tls")} http2 ssl",
        ["KONG_STATUS_LISTEN"] = $"127.0.0.1:{Port("dp-status")}",
    };

    /// <summary>Sends a form to the Admin API, as <c>curl -d</c> does, and expects a status.</summary>
    public async Task<JsonNode> PostAsync(string path, int status = 201, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var response = await Http.PostAsync(new Uri(Admin + path), content);
        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, $"POST {path}: {body}\n{ControlPlane.Output}");
        return JsonNode.Parse(body)!;
    }

    /// <summary>Waits until the proxy answers a path with a status.</summary>
    public Task WaitForProxyAsync(string path, int status, TimeSpan? timeout = null) => Wait.UntilAsync(
        async () =>
        {
            using var response = await Http.GetAsync(new Uri(Proxy + path));
            return (int)response.StatusCode == status;
        },
        $"the proxy answers {path} with {status}",
        timeout);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { DataPlane, ControlPlane, Echo })
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        await Postgres.DisposeAsync();
        Http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task KongAsync(params string[] arguments)
    {
        var (code, output) = await GatewayProcess.RunKongAsync(arguments, DatabaseSettings());
        code.ShouldBe(0, $"kong {string.Join(' ', arguments)}: {output}");
    }

    private Dictionary<string, string> DatabaseSettings() => new()
    {
        ["KONG_DATABASE"] = "postgres",
        ["KONG_PG_HOST"] = "127.0.0.1",
        ["KONG_PG_PORT"] = $"{Postgres.Port}",
        ["KONG_PG_USER"] = PostgresFixture.User,
        ["KONG_PG_DATABASE"] = _database,
        ["KONG_PASSWORD"] = Password,
    };
}
