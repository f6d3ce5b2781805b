using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Dns;

namespace Gateway.Kong.Settings;

/// <content>How upstreams are found and connected to.</content>
internal sealed partial class KongSettings
{
    /// <summary>The options of the client that is in use: <c>resolver_*</c> with <c>new_dns_client</c>, else <c>dns_*</c>.</summary>
    public DnsOptions Dns => values.Flag("new_dns_client")
        ? new DnsOptions
        {
            Servers = NameServers("resolver_address"),
            HostsFile = values.Required("resolver_hosts_file"),
            Order = RecordTypes("resolver_family"),
            SrvForServiceNamesOnly = true,
            ValidTtl = Seconds("resolver_valid_ttl"),
            StaleTtl = Seconds("resolver_stale_ttl")!.Value,
            NotFoundTtl = Seconds("resolver_error_ttl")!.Value,
            ErrorTtl = Seconds("resolver_error_ttl")!.Value,
            CacheSize = values.Whole("resolver_lru_cache_size"),
            TellsStatistics = true,
        }
        : new DnsOptions
        {
            Servers = NameServers("dns_resolver"),
            HostsFile = values.Required("dns_hostsfile"),
            Order = RecordTypes("dns_order"),
            ValidTtl = Seconds("dns_valid_ttl"),
            StaleTtl = Seconds("dns_stale_ttl")!.Value,
            NotFoundTtl = Seconds("dns_not_found_ttl")!.Value,
            ErrorTtl = Seconds("dns_error_ttl")!.Value,
            NoSync = values.Flag("dns_no_sync"),
            CacheSize = values.Whole("dns_cache_size"),
        };

    /// <summary>What happens to connections to upstreams between two requests.</summary>
    public KeepAliveOptions UpstreamKeepAlive => new()
    {
        IsOn = values.Number("upstream_keepalive_pool_size") is not 0,
        PoolSize = values.Whole("upstream_keepalive_pool_size"),
        MaxRequests = values.Whole("upstream_keepalive_max_requests"),

        // 0 lets an idle connection wait for ever.
        IdleTimeout = Seconds("upstream_keepalive_idle_timeout") is { Ticks: > 0 } limit ? limit : Timeout.InfiniteTimeSpan,
    };

    /// <summary>The PEM of certificate and key for upstreams that the configuration names none for, or null.</summary>
    public string? UpstreamClientCertificate => values.Flag("client_ssl")
        ? CertificateSource.Read(values.Required("client_ssl_cert")) + "\n" + CertificateSource.Read(values.Required("client_ssl_cert_key"))
        : null;

    private System.Net.IPEndPoint[] NameServers(string name) =>
        [.. values.List(name).Select(s => SettingRules.TryReadNameServer(s, out var server) ? server : throw new InvalidOperationException(s))];

    private DnsOrder[] RecordTypes(string name) => [.. values.List(name).Select(t => Enum.Parse<DnsOrder>(t, ignoreCase: true))];

    private TimeSpan? Seconds(string name) => values.Number(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
