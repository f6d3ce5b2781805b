using Gateway.DataPlane.Sync;
using Gateway.Kong.Settings;
using Gateway.Schema;
using Gateway.Sync.Mtls;

namespace Gateway.Kong.Tests.Settings;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly TestCommand _command = new();

    [Fact]
    public void Value_GivenEverywhere_ComesFromTheStrongestSource()
    {
        var file = _command.Write("kong.conf", "prefix = /from/file\nlog_level = warn # as agreed\npg_host = \"db\\#1\"\nproxy_listen =\n");

        Read(file).Settings!.Prefix.ShouldBe("/from/file");
        Read(file, new() { ["KONG_PREFIX"] = "/from/env/" }).Settings!.Prefix.ShouldBe("/from/env");
        Read(file, new() { ["KONG_PREFIX"] = "/from/env" }, new() { ["prefix"] = "/from/option" }).Settings!.Prefix.ShouldBe("/from/option");
        Read(file).Settings!.LogLevel.ShouldBe("warn");
        Read(file).Settings!.ConnectionString().ShouldContain("Host=db#1");
        Read(file).Settings!.ProxyListeners.Select(l => l.Port).ShouldBe([8000, 8443]);
    }

    [Theory]
    [InlineData("traditional", "postgres", null)]
    [InlineData("traditional", "off", "expected one of: local, redis")]
    [InlineData("control_plane", "postgres", "expected one of: local, redis")]
    public async Task Plugins_OfANodeWhoseProxyHasNoDatabase_RefuseToCountThere(string role, string database, string? refusal)
    {
        var environment = await ClusterAsync();
        (environment["KONG_ROLE"], environment["KONG_DATABASE"]) = (role, database);
        var settings = Read(null, environment).Settings!;

        foreach (var plugin in new[] { "rate-limiting", "response-ratelimiting" })
        {
            var policy = settings.Plugins.Find(plugin)!.Schema.Field("config")!.Record!.Field("policy")!;
            policy.Rules.OfType<OneOfRule>().Single().Judge("cluster").ShouldBe(refusal);
            policy.Rules.OfType<OneOfRule>().Single().Judge("redis").ShouldBeNull();
            policy.Rules.OfType<OneOfRule>().Single().Judge("bogus").ShouldBe("expected one of: local, cluster, redis");
        }
    }

    [Fact]
    public void Streams_ListenersAndLog_AreReadAndShown()
    {
        var settings = Read(null, new()
        {
            ["KONG_PREFIX"] = "/p",
            ["KONG_STREAM_LISTEN"] = "0.0.0.0:9000 reuseport, 127.0.0.1:9443 ssl, 127.0.0.1:9053 udp",
            ["KONG_PROXY_STREAM_ACCESS_LOG"] = "logs/streams.log",
        }).Settings!;
        settings.StreamListeners.Select(l => l.ToString()).ShouldBe(["tcp://0.0.0.0:9000", "tls://127.0.0.1:9443", "udp://127.0.0.1:9053"]);
        settings.StreamAccessLog.ShouldBe("/p/logs/streams.log");
        var shown = settings.ToShownJson();
        shown["stream_proxy_ssl_enabled"]!.GetValue<bool>().ShouldBeTrue();
        shown["stream_listeners"]!.AsArray().Select(l => l!["udp"]!.GetValue<bool>()).ShouldBe([false, false, true]);
        shown["stream_listeners"]![0]!.AsObject().ContainsKey("http2").ShouldBeFalse();
        shown["proxy_listeners"]![0]!.AsObject().ContainsKey("udp").ShouldBeFalse();

        Read(null, new() { ["KONG_STREAM_LISTEN"] = "9000" }).Errors.ShouldHaveSingleItem().ShouldStartWith("stream_listen must be of form: [off] | <ip>:<port> [udp] [ssl]");
        Read(null, new() { ["KONG_PROXY_STREAM_ACCESS_LOG"] = "logs/x.log fancy" }).Errors.ShouldBe(["proxy_stream_access_log: unknown log format \"fancy\""]);
        Read(null, new() { ["KONG_PROXY_STREAM_ACCESS_LOG"] = "off" }).Settings!.StreamAccessLog.ShouldBeNull();
    }

    [Fact]
    public void Errors_OfManyKinds_ComeAllAtOnce()
    {
        var errors = Read(null, new()
        {
            ["KONG_ROLE"] = "data_plane",
            ["KONG_LOG_LEVEL"] = "bogus",
            ["KONG_ROUTER_FLAVOR"] = "bogus",
            ["KONG_PG_PORT"] = "abc",
            ["KONG_REAL_IP_RECURSIVE"] = "yes",
            ["KONG_NODE_ID"] = "1",
            ["KONG_TRUSTED_IPS"] = "10.0.0.0/8,x",
            ["KONG_CLUSTER_MAX_PAYLOAD"] = "1",
            ["KONG_SSL_CERT"] = "/nope",
        }).Errors;

        errors.ShouldBe(
        [
            "log_level has an invalid value: 'bogus' (debug, info, notice, warn, error, crit, alert, emerg)",
            "node_id must be a valid UUID",
            "cluster_max_payload must be 4194304 (4MB) or greater",
            "trusted_ips must be a comma separated list in the form of IPv4 or IPv6 address or CIDR block or 'unix:', got 'x'",
            "real_ip_recursive is not a boolean: 'yes'",
            "pg_port is not a number: 'abc'",
            "router_flavor has an invalid value: 'bogus' (traditional, traditional_compatible, expressions)",
            "ssl_cert_key must be specified",
            "ssl_cert: failed loading certificate from /nope",
            "cluster certificate and key must be provided to use Hybrid mode",
            "only in-memory storage can be used when role = \"data_plane\"\nHint: set database = off in your kong.conf",
        ],
        ignoreOrder: true);
    }

    [Theory]
    [InlineData("admin_listen", "off", "admin_listen must be specified when role = \"control_plane\"")]
    [InlineData("cluster_listen", "off", "cluster_listen must be specified when role = \"control_plane\"")]
    [InlineData("database", "off", "in-memory storage can not be used when role = \"control_plane\"")]
    [InlineData("cluster_use_proxy", "on", "cluster_use_proxy can not be used when role = \"control_plane\"")]
    [InlineData("cluster_dp_labels", "a:b", "cluster_dp_labels can not be used when role = \"control_plane\"")]
    [InlineData("cluster_mtls", "pki", "cluster_ca_cert must be specified when cluster_mtls = \"pki\"")]
    [InlineData("cluster_mtls", "pki_check_cn", "cluster_ca_cert must be specified when cluster_mtls = \"pki_check_cn\"")]
    [InlineData("cluster_mtls", "tls", "cluster_mtls has an invalid value: 'tls' (shared, pki, pki_check_cn)")]
    [InlineData("cluster_ocsp", "yes", "cluster_ocsp has an invalid value: 'yes' (on, off, optional)")]
    [InlineData("cluster_data_plane_purge_delay", "59", "cluster_data_plane_purge_delay must be 60 or greater")]
    [InlineData("worker_state_update_frequency", "0", "worker_state_update_frequency must be greater than 0")]
    [InlineData("lua_max_uri_args", "1001", "lua_max_uri_args must be an integer between 1 and 1000")]
    [InlineData("proxy_server", "ftp://a", "proxy_server only supports \"http\" and \"https\", got ftp")]
    public async Task ControlPlane_WithWhatItCannotHave_IsRefused(string name, string value, string complaint)
    {
        var environment = await ClusterAsync();
        environment["KONG_ROLE"] = "control_plane";
        Read(null, environment).Errors.ShouldBeEmpty();

        environment["KONG_" + name.ToUpperInvariant()] = value;
        Read(null, environment).Errors.ShouldBe([complaint]);
    }

    [Theory]
    [InlineData("region:eu,Tier_0.name:label:1-value", null)]
    [InlineData("a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1,i:1,j:1", null)]
    [InlineData("a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1,i:1,j:1,k:1", "labels validation failed: count exceeded 10 max elements")]
    [InlineData("alone", "label key validation failed:  must have between 1 and 63 characters")]
    [InlineData(":v", "label key validation failed:  must have between 1 and 63 characters")]
    [InlineData("k:", "label value validation failed:  must have between 1 and 63 characters")]
    [InlineData("_k:v", @"label key validation failed: _k is invalid. Must match pattern: (?!kong)(?!konnect)(?!insomnia)(?!mesh)(?!kic)[a-z0-9]([\w\.:-]*[a-z0-9]|)$")]
    [InlineData("Kong_x:v", @"label key validation failed: Kong_x is invalid. Must match pattern: (?!kong)(?!konnect)(?!insomnia)(?!mesh)(?!kic)[a-z0-9]([\w\.:-]*[a-z0-9]|)$")]
    [InlineData("k:v-", @"label value validation failed: v- is invalid. Must match pattern: [a-z0-9]([\w\.:-]*[a-z0-9]|)$")]
    public async Task Labels_OfADataPlane_AreJudged(string labels, string? complaint)
    {
        var environment = await ClusterAsync();
        environment["KONG_ROLE"] = "data_plane";
        environment["KONG_DATABASE"] = "off";
        environment["KONG_CLUSTER_DP_LABELS"] = labels;
        Read(null, environment).Errors.ShouldBe(complaint is null ? [] : [complaint]);
    }

    [Theory]
    [InlineData("3.9.1", null)]
    [InlineData("3.10.0", null)]
    [InlineData("3.10.1", "cluster_dp_version must be a version from 3.0.0 to 3.10.0, got '3.10.1'")]
    [InlineData("2.8.0", "cluster_dp_version must be a version from 3.0.0 to 3.10.0, got '2.8.0'")]
    [InlineData("3.9", "cluster_dp_version must be a version from 3.0.0 to 3.10.0, got '3.9'")]
    [InlineData("3.9.1-x", "cluster_dp_version must be a version from 3.0.0 to 3.10.0, got '3.9.1-x'")]
    public async Task Version_ThatADataPlaneNames_IsJudged(string version, string? complaint)
    {
        var environment = await ClusterAsync();
        environment["KONG_ROLE"] = "data_plane";
        environment["KONG_DATABASE"] = "off";
        environment["KONG_CLUSTER_DP_VERSION"] = version;
        var result = Read(null, environment);
        result.Errors.ShouldBe(complaint is null ? [] : [complaint]);
        result.Settings?.PlaneVersion.ShouldBe(version);
    }

    [Fact]
    public void Labels_OfANodeThatIsNoPlane_AreRefused() => Read(null, new() { ["KONG_CLUSTER_DP_LABELS"] = "a:b" }).Errors
        .ShouldBe(["cluster_dp_labels can only be used when role = \"data_plane\""]);

    [Fact]
    public async Task Hybrid_WithAuthoritiesAndAProxy_IsTold()
    {
        var environment = await ClusterAsync();
        environment["KONG_ROLE"] = "data_plane";
        environment["KONG_DATABASE"] = "off";
        environment["KONG_CLUSTER_MTLS"] = "pki";
        environment["KONG_CLUSTER_CA_CERT"] = environment["KONG_CLUSTER_CERT"];
        environment["KONG_CLUSTER_SERVER_NAME"] = "cp.example.com";
        environment["KONG_CLUSTER_OCSP"] = "optional";
        environment["KONG_CLUSTER_USE_PROXY"] = "on";
        Read(null, environment).Errors.ShouldBe(["cluster_use_proxy is turned on but no proxy_server is configured"]);
        environment["KONG_PROXY_SERVER"] = "https://user:hush@proxy:3128";
        environment["KONG_PROXY_SERVER_SSL_VERIFY"] = "off";

        var result = Read(null, environment);
        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldBe(["without effect on a node of this role: cluster_ocsp"]);
        var identity = result.Settings!.LoadClusterIdentity();
        identity.Mode.ShouldBe(ClusterMode.Pki);
        identity.Ocsp.ShouldBe(OcspMode.Optional);
        identity.Current.Authorities.Count.ShouldBe(1);
        result.Settings.ClusterServerName.ShouldBe("cp.example.com");
        result.Settings.ClusterProxy.ShouldBe(new ForwardProxy(new Uri("https://user:hush@proxy:3128"), VerifyCertificate: false));
        result.Settings.ClusterProxy!.ToString().ShouldNotContain("hush");
        result.Settings.ToJson().ToJsonString().ShouldNotContain("hush");
    }

    [Fact]
    public async Task Certificate_AsPathOrTextOrBase64_IsLoaded()
    {
        var environment = await ClusterAsync();
        environment["KONG_ROLE"] = "data_plane";
        environment["KONG_DATABASE"] = "off";
        var (certificate, key) = (File.ReadAllText(_command.PathOf("cluster.crt")), File.ReadAllText(_command.PathOf("cluster.key")));
        Func<string, string>[] forms = [t => t, t => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(t)), t => t.Replace("\n", "\\n")];
        foreach (var form in forms)
        {
            environment["KONG_CLUSTER_CERT"] = form(certificate);
            environment["KONG_CLUSTER_CERT_KEY"] = form(key);
            Read(null, environment).Settings!.LoadClusterIdentity().Current.Certificate.HasPrivateKey.ShouldBeTrue();
        }
    }

    [Fact]
    public void Reference_ToTheEnvironment_IsResolved()
    {
        var environment = new Dictionary<string, string>
        {
            ["KONG_PG_PASSWORD"] = "{vault://env/db-secret/password}", ["DB_SECRET"] = "{\"password\":\"s3cret\"}",
            ["KONG_PG_USER"] = "{vault://env/nothing}",
        };
        Read(null, environment).Errors.ShouldBe(["pg_user: could not get value from external vault (no value found)"]);
        environment.Remove("KONG_PG_USER");
        Read(null, environment).Settings!.ConnectionString().ShouldContain("Password=s3cret");
        Read(null, environment).Settings!.ToJson()["pg_password"]!.ToString().ShouldBe("******");
    }

    [Fact]
    public void Value_InAFile_IsReadFromThere()
    {
        var file = _command.Write("secret", "s3cret\n");
        Read(null, new() { ["KONG_PG_PASSWORD_FILE"] = file }).Settings!.ConnectionString().ShouldContain("Password=s3cret");
        Read(null, new() { ["KONG_PG_PASSWORD_FILE"] = file, ["KONG_PG_PASSWORD"] = "x" }).Errors.ShouldBe(["both KONG_PG_PASSWORD and KONG_PG_PASSWORD_FILE are set (but are exclusive)"]);
        Read(null, new() { ["KONG_PG_PASSWORD_FILE"] = _command.PathOf("nope") }).Errors.Single().ShouldStartWith($"KONG_PG_PASSWORD_FILE: could not read {_command.PathOf("nope")}: ");
    }

    [Fact]
    public void Names_UnknownOrWithoutEffect_AreWarnedOfOnce()
    {
        var warnings = Read(null, new()
        {
            ["KONG_BOGUS"] = "1", ["KONG_NGINX_WORKER_PROCESSES"] = "2", ["KONG_LUA_PACKAGE_PATH"] = "/x", ["KONG_NGINX_HTTP_ANYTHING"] = "1",
            ["KONG_PASSWORD"] = "secret", ["KONG_PROXY_SERVICE_HOST"] = "10.0.0.1", ["KONG_PROXY_PORT_8000_TCP"] = "tcp://10.0.0.1:8000",
        }).Warnings;
        warnings.ShouldBe(
            ["accepted, but without effect in this product: lua_package_path, nginx_http_anything, nginx_worker_processes", "unknown settings, ignored: bogus"]);
    }

    [Fact]
    public void Declarations_AreWhole()
    {
        SettingCatalog.All.Select(s => s.Name).ShouldBeUnique();
        SettingCatalog.All.ShouldAllBe(s => s.Description.Length > 0 && s.Description.EndsWith('.'));
        SettingCatalog.All.Count.ShouldBeGreaterThan(200);
        Read(null).Errors.ShouldBeEmpty();
    }

    public void Dispose() => _command.Dispose();

    private async Task<Dictionary<string, string>> ClusterAsync()
    {
        (await _command.RunAsync("hybrid", "gen_cert", _command.PathOf("cluster.crt"), _command.PathOf("cluster.key"))).ExitCode.ShouldBe(0);
        return new() { ["KONG_CLUSTER_CERT"] = _command.PathOf("cluster.crt"), ["KONG_CLUSTER_CERT_KEY"] = _command.PathOf("cluster.key") };
    }

    private SettingsResult Read(string? file, Dictionary<string, string>? environment = null, Dictionary<string, string>? overrides = null) =>
        SettingsReader.Read(new SettingsSources(overrides ?? [], environment ?? [], file ?? _command.Write("empty.conf", "")));
}
