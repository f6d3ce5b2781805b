using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.ProxyComparison;

/// <summary>Starts the upstream and the proxies, and ends them.</summary>
internal sealed class Lab : IAsyncDisposable
{
    private readonly List<RunningProcess> _running = [];
    private int _nextPort;

    private Lab(int port) => (_nextPort, UpstreamPort) = (port + 1, port);

    /// <summary>Where everything is written; it is deleted at the end.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("gateway-compare-").FullName;

    public int UpstreamPort { get; }

    public static async Task<Lab> OpenAsync(int port)
    {
        var lab = new Lab(port);
        lab.MakeCertificate("server");
        lab.MakeCertificate("cluster");
        await lab.StartUpstreamAsync();
        return lab;
    }

    /// <summary>The file of 1 GiB that the upstream has too.</summary>
    public string LargeFile => PathOf("files/large");

    public int NextPort() => _nextPort++;

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>nginx with one worker that keeps its connections to the upstream.</summary>
    /// <param name="name">What the tables call it.</param>
    /// <param name="locations">How many paths lead there, each by a location of its own; a single one takes every path.</param>
    public async Task<Target> StartNginxAsync(string name = "nginx", int locations = 1)
    {
        var (port, tls) = (NextPort(), NextPort());
        var paths = Enumerable.Range(0, locations).Select(i => $"location {(locations is 1 ? "/" : GatewayCache.PathOf(i))} {{ proxy_pass http://backend; }}");
        var process = await StartNginxAsync($"nginx-{port}", Cores.Proxy, port, $$"""
            upstream backend { server 127.0.0.1:{{UpstreamPort}}; keepalive 512; keepalive_requests 100000000; }
            server {
                listen 127.0.0.1:{{port}} backlog=16384;
                listen 127.0.0.1:{{tls}} ssl http2 backlog=16384;
                ssl_certificate {{PathOf("server.crt")}};
                ssl_certificate_key {{PathOf("server.key")}};
                ssl_protocols TLSv1.2 TLSv1.3;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $host;
                proxy_set_header X-Real-IP $remote_addr;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_request_buffering off;
                proxy_max_temp_file_size 0;
                {{string.Join('\n', paths)}}
            }
            """);
        return new Target(name, port, tls, "127.0.0.1", process.Id);
    }

    /// <summary>HAProxy with one thread.</summary>
    public async Task<Target> StartHaproxyAsync()
    {
        var (port, tls) = (NextPort(), NextPort());
        await File.WriteAllTextAsync(PathOf("haproxy.pem"), await File.ReadAllTextAsync(PathOf("server.crt")) + "\n" + await File.ReadAllTextAsync(PathOf("server.key")));
        await File.WriteAllTextAsync(PathOf("haproxy.cfg"), $"""
            global
                nbthread 1
            defaults
                mode http
                timeout connect 60s
                timeout client 75s
                timeout server 60s
                option forwardfor
                http-reuse always
            frontend front
                bind 127.0.0.1:{port}
                bind 127.0.0.1:{tls} ssl crt {PathOf("haproxy.pem")} alpn h2,http/1.1
                default_backend back
            backend back
                server one 127.0.0.1:{UpstreamPort}

            """);
        var process = await StartAsync(Cores.Proxy, port, "haproxy", ["haproxy", "-db", "-f", PathOf("haproxy.cfg")]);
        return new Target("HAProxy", port, tls, "127.0.0.1", process.Id);
    }

    public async Task<Target> StartYarpAsync()
    {
        var (port, tls) = (NextPort(), NextPort());
        var self = typeof(Lab).Assembly.Location;
        var process = await StartAsync(Cores.Proxy, port, "yarp", ["dotnet", self, "yarp", Text(port), Text(tls), Text(UpstreamPort), PathOf("server")]);
        return new Target("bare YARP", port, tls, "127.0.0.1", process.Id);
    }

    /// <summary>This gateway: the real <c>kong</c> process as a data plane whose control plane is away, fed from its LMDB cache.</summary>
    /// <param name="name">What the tables call it.</param>
    /// <param name="cache">What its cache holds.</param>
    /// <param name="environment">A variable that it is given besides.</param>
    public async Task<Target> StartGatewayAsync(string name, GatewayCache cache, (string Name, string Value)? environment = null)
    {
        var (port, tls, status) = (NextPort(), NextPort(), NextPort());
        var prefix = PathOf($"gateway-{port}");
        await cache.WriteAsync(prefix, UpstreamPort);
        var process = await StartGatewayAsync(prefix, port, tls, status, environment);
        return new Target(name, port, tls, "127.0.0.1", process.Id) { Routes = cache.Routes, Keys = cache.Consumers };
    }

    /// <summary>Starts it on a prefix whose cache is there.</summary>
    public async Task<RunningProcess> StartGatewayAsync(string prefix, int port, int tls, int status, (string Name, string Value)? environment = null) => await StartAsync(
        Cores.Proxy, port, Path.GetFileName(prefix), ["dotnet", Repository.Kong, "start"],
        [
            ("KONG_ROLE", "data_plane"), ("KONG_DATABASE", "off"), ("KONG_PREFIX", prefix), ("KONG_NGINX_DAEMON", "off"), ("KONG_LOG_LEVEL", "crit"),
            ("KONG_CLUSTER_CERT", PathOf("cluster.crt")), ("KONG_CLUSTER_CERT_KEY", PathOf("cluster.key")), ("KONG_CLUSTER_CONTROL_PLANE", "127.0.0.1:1"),
            ("KONG_CLUSTER_TELEMETRY_ENDPOINT", "127.0.0.1:1"), ("KONG_SSL_CERT", PathOf("server.crt")), ("KONG_SSL_CERT_KEY", PathOf("server.key")),
            ("KONG_PROXY_LISTEN", $"127.0.0.1:{port}, 127.0.0.1:{tls} http2 ssl"), ("KONG_STATUS_LISTEN", $"127.0.0.1:{status}"),
            .. environment is { } more ? [more] : Array.Empty<(string, string)>(),
        ]);

    /// <summary>Ends one of the processes before the others.</summary>
    public async Task StopAsync(int process)
    {
        if (_running.Find(p => p.Id == process) is { } running)
        {
            _running.Remove(running);
            await running.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_running))
        {
            await process.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private async Task StartUpstreamAsync()
    {
        // The sparse file costs the disk nothing, and sendfile costs the core of the load little.
        Directory.CreateDirectory(PathOf("files"));
        await using (var large = File.Create(LargeFile))
        {
            large.SetLength(1L << 30);
        }

        var sink = NextPort();
        await StartAsync(Cores.Load, sink, "sink", ["dotnet", typeof(Lab).Assembly.Location, "sink", Text(sink)]);
        var body = string.Concat(Enumerable.Repeat("{\"message\":\"hello from the upstream\",\"n\":12345}", 22))[..1024].Replace("\"", "'", StringComparison.Ordinal);
        await StartNginxAsync("upstream", Cores.Load, UpstreamPort, $$"""
            server {
                listen 127.0.0.1:{{UpstreamPort}} backlog=16384;
                keepalive_requests 100000000;
                location / { default_type application/json; return 200 "{{body}}"; }
                location /large { root {{PathOf("files")}}; sendfile on; }
                location /upload { proxy_pass http://127.0.0.1:{{sink}}; proxy_request_buffering off; proxy_http_version 1.1; }
            }
            """);
    }

    private async Task<RunningProcess> StartNginxAsync(string name, int core, int port, string servers)
    {
        Directory.CreateDirectory(PathOf(name));
        await File.WriteAllTextAsync(PathOf($"{name}.conf"), $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : string.Empty)}}
            daemon off;
            worker_processes 1;
            worker_rlimit_nofile 65536;
            pid {{PathOf(name)}}/pid;
            error_log stderr crit;
            events { worker_connections 32768; }
            http {
                access_log off;
                keepalive_requests 100000000;
                keepalive_timeout 75s;
                client_max_body_size 0;
                client_body_temp_path {{PathOf(name)}}/body;
                proxy_temp_path {{PathOf(name)}}/proxy;
                fastcgi_temp_path {{PathOf(name)}}/fastcgi;
                uwsgi_temp_path {{PathOf(name)}}/uwsgi;
                scgi_temp_path {{PathOf(name)}}/scgi;
                {{servers}}
            }

            """);
        return await StartAsync(core, port, name, ["nginx", "-p", PathOf(name), "-e", "stderr", "-c", PathOf($"{name}.conf")]);
    }

    private async Task<RunningProcess> StartAsync(int core, int port, string name, string[] command, IEnumerable<(string Name, string Value)>? environment = null)
    {
        var process = await RunningProcess.StartAsync(core, port, PathOf($"{name}.log"), command, environment);
        _running.Add(process);
        return process;
    }

    private void MakeCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name is "cluster" ? "CN=kong_clustering" : "CN=api.example.com", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(PathOf(name + ".crt"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf(name + ".key"), key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(PathOf(name + ".key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Where things lie in this repository.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Kong { get; } = Path.Combine(Root, "src/Kong/bin/Release/net10.0/kong.dll");

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Manager.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The comparison does not lie in the repository.");
        }

        return folder;
    }
}
