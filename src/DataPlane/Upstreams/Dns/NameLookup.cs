using System.Net.Sockets;

namespace Gateway.DataPlane.Upstreams.Dns;

/// <summary>What a lookup found.</summary>
/// <param name="Records">The addresses.</param>
/// <param name="Type">The type of record that they come from; null when there are none.</param>
/// <param name="Ttl">How long the answer counts; null where it counts for ever.</param>
/// <param name="Failure">Why nobody could say; null when someone did.</param>
/// <param name="IsSilent">Whether no server said anything at all.</param>
internal sealed record LookupResult(IReadOnlyList<NameRecord> Records, DnsOrder? Type, TimeSpan? Ttl, string? Failure, bool IsSilent = false);

/// <summary>Looks a name up: in the file of this machine, then at the servers, with search domains, record types in their order, and aliases followed.</summary>
/// <param name="options">The order of types.</param>
/// <param name="conf">The search domains.</param>
/// <param name="hosts">The file.</param>
/// <param name="client">Asks the servers.</param>
internal sealed class NameLookup(DnsOptions options, ResolvConf conf, HostsFile hosts, DnsClient client)
{
    private const int MaxAliases = 8;
    private const int MaxServers = 256;

    private AddressFamily Family => options.Order.FirstOrDefault(o => o is DnsOrder.A or DnsOrder.Aaaa) is DnsOrder.Aaaa ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    /// <summary>Looks up.</summary>
    /// <param name="name">The name.</param>
    /// <param name="last">What it had the last time, or null.</param>
    /// <param name="cancellation">Ends the lookup.</param>
    public async Task<LookupResult> FindAsync(string name, DnsOrder? last, CancellationToken cancellation)
    {
        if (hosts.Find(name, Family) is { Count: > 0 } fixedOnes)
        {
            return Found(fixedOnes.Select(a => new NameRecord(a)), fixedOnes[0].AddressFamily is AddressFamily.InterNetworkV6 ? DnsOrder.Aaaa : DnsOrder.A, null);
        }

        string? failure = null;
        foreach (var type in Types(name, last))
        {
            foreach (var candidate in Candidates(name))
            {
                var found = type is DnsOrder.Srv ? await FindServersAsync(candidate, cancellation) : await FindAddressesAsync(candidate, type, cancellation);
                // Servers that do not answer one question do not answer the next one either, and somebody waits.
                if (found.Records.Count > 0 || found.IsSilent)
                {
                    return found;
                }

                failure = found.Failure ?? failure;
            }
        }

        return new LookupResult([], null, null, failure);
    }

    private IEnumerable<DnsOrder> Types(string name, DnsOrder? last)
    {
        var isService = name.StartsWith('_') && name.Contains("._", StringComparison.Ordinal);
        return options.Order.Select(o => o is DnsOrder.Last ? last : o).OfType<DnsOrder>().Distinct()
            .Where(o => o is not DnsOrder.Srv || !options.SrvForServiceNamesOnly || isService);
    }

    /// <summary>The full names that a name may stand for, in the order in which they are tried.</summary>
    private IEnumerable<string> Candidates(string name)
    {
        if (name.EndsWith('.'))
        {
            return [name.TrimEnd('.')];
        }

        var searched = conf.Search.Select(domain => $"{name}.{domain}");
        return name.Count(c => c is '.') >= conf.Ndots ? [name, .. searched] : [.. searched, name];
    }

    private async Task<LookupResult> FindAddressesAsync(string name, DnsOrder order, CancellationToken cancellation)
    {
        var type = order switch { DnsOrder.Aaaa => DnsType.Aaaa, DnsOrder.Cname => DnsType.Cname, _ => DnsType.A };
        var ttl = int.MaxValue;
        for (var aliases = 0; aliases <= MaxAliases; aliases++)
        {
            var answer = await client.AskAsync(name, type, cancellation);
            var (records, end) = Follow(answer.Records, name, type, ref ttl);
            if (type is DnsType.Cname && end != Normal(name))
            {
                // The alias was all that was asked for; its addresses are next.
                (name, type) = (end, Family is AddressFamily.InterNetworkV6 ? DnsType.Aaaa : DnsType.A);
                continue;
            }

            if (records.Count > 0 || answer.Failure is not null || end == Normal(name))
            {
                return records.Count > 0
                    ? Found(records.Select(r => new NameRecord(r.Address!)), order is DnsOrder.Cname ? (type is DnsType.Aaaa ? DnsOrder.Aaaa : DnsOrder.A) : order, TimeSpan.FromSeconds(ttl))
                    : new LookupResult([], null, null, answer.Failure, answer.IsSilent);
            }

            name = end;
        }

        return new LookupResult([], null, null, "dns client error: too many aliases");
    }

    private async Task<LookupResult> FindServersAsync(string name, CancellationToken cancellation)
    {
        var ttl = int.MaxValue;
        var answer = await client.AskAsync(name, DnsType.Srv, cancellation);
        var (records, _) = Follow(answer.Records, name, DnsType.Srv, ref ttl);

        // A single dot says that the service is decidedly not there (RFC 2782).
        records.RemoveAll(r => r.Target is "");
        if (records.Count is 0)
        {
            return new LookupResult([], null, null, answer.Failure, answer.IsSilent);
        }

        var first = records.Min(r => r.Priority);
        var servers = new List<NameRecord>();
        string? failure = null;
        foreach (var record in records.Where(r => r.Priority == first).OrderBy(r => r.Target, StringComparer.Ordinal).ThenBy(r => r.Port).Take(MaxServers))
        {
            var addresses = hosts.Find(record.Target!, Family) is { Count: > 0 } fixedOnes
                ? Found(fixedOnes.Select(a => new NameRecord(a)), DnsOrder.A, null)
                : await FindAddressesAsync(record.Target!, Family is AddressFamily.InterNetworkV6 ? DnsOrder.Aaaa : DnsOrder.A, cancellation);
            failure = addresses.Failure ?? failure;
            ttl = Math.Min(ttl, addresses.Ttl is { } own ? (int)own.TotalSeconds : ttl);

            // A weight of 0 means that it should be asked now and then.
            servers.AddRange(addresses.Records.Select(a => new NameRecord(a.Address, record.Port, Math.Max(1, record.Weight), record.Target)));
        }

        return servers.Count > 0 ? Found(servers, DnsOrder.Srv, TimeSpan.FromSeconds(ttl)) : new LookupResult([], null, null, failure);
    }

    /// <summary>Follows the aliases within one answer to the records of a type; tells the name at which the answer ends.</summary>
    private static (List<DnsRecord> Records, string End) Follow(IReadOnlyList<DnsRecord> answer, string name, DnsType type, ref int ttl)
    {
        var at = Normal(name);
        for (var i = 0; i <= MaxAliases; i++)
        {
            var found = type is DnsType.Cname ? [] : answer.Where(r => r.Type == type && r.Owner == at).ToList();
            if (found.Count > 0)
            {
                ttl = Math.Min(ttl, found.Min(r => r.Ttl));
                return (found, at);
            }

            if (answer.FirstOrDefault(r => r.Type is DnsType.Cname && r.Owner == at) is not { } alias)
            {
                break;
            }

            ttl = Math.Min(ttl, alias.Ttl);
            at = alias.Target!;
        }

        return ([], at);
    }

    private static LookupResult Found(IEnumerable<NameRecord> records, DnsOrder type, TimeSpan? ttl) =>
        new([.. records.OrderBy(r => r.Name, StringComparer.Ordinal).ThenBy(r => r.Address.ToString(), StringComparer.Ordinal).Distinct()], type, ttl, null);

    private static string Normal(string name) => name.TrimEnd('.').ToLowerInvariant();
}
