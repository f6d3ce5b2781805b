using System.Net;

namespace Gateway.DataPlane.Upstreams.Dns;

/// <summary>How names are resolved.</summary>
public sealed record DnsOptions
{
    /// <summary>The name servers (<c>dns_resolver</c>), in the order in which they are asked; none reads them from <c>/etc/resolv.conf</c>.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>The file of fixed names (<c>dns_hostsfile</c>).</summary>
    public string HostsFile { get; init; } = "/etc/hosts";

    /// <summary>The file with search domains and options, and with the servers where none are given.</summary>
    public string ResolvConf { get; init; } = "/etc/resolv.conf";

    /// <summary>The kinds of records in the order in which they are asked for (<c>dns_order</c>).</summary>
    public IReadOnlyList<DnsOrder> Order { get; init; } = [DnsOrder.Last, DnsOrder.Srv, DnsOrder.A, DnsOrder.Cname];

    /// <summary>Whether SRV records are only asked for where a name looks like <c>_service._protocol.name</c>.</summary>
    public bool SrvForServiceNamesOnly { get; init; }

    /// <summary>How long an answer counts (<c>dns_valid_ttl</c>); null leaves it to the answer.</summary>
    public TimeSpan? ValidTtl { get; init; }

    /// <summary>How long an answer may serve on after its time while no other can be had (<c>dns_stale_ttl</c>).</summary>
    public TimeSpan StaleTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long it counts that a name does not exist (<c>dns_not_found_ttl</c>).</summary>
    public TimeSpan NotFoundTtl { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after a failure the servers are asked again (<c>dns_error_ttl</c>).</summary>
    public TimeSpan ErrorTtl { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether those who ask for the same name at the same time each get a question of their own (<c>dns_no_sync</c>).</summary>
    public bool NoSync { get; init; }

    /// <summary>Whether the status listener tells what happened to each name (<c>new_dns_client</c>).</summary>
    public bool TellsStatistics { get; init; }

    /// <summary>How many names are kept (<c>dns_cache_size</c>).</summary>
    public int CacheSize { get; init; } = 10_000;
}

/// <summary>What a name may be asked for.</summary>
public enum DnsOrder
{
    /// <summary>What it had the last time.</summary>
    Last,

    /// <summary>IPv4 addresses.</summary>
    A,

    /// <summary>IPv6 addresses.</summary>
    Aaaa,

    /// <summary>Names, ports and weights of servers.</summary>
    Srv,

    /// <summary>Another name.</summary>
    Cname,
}
