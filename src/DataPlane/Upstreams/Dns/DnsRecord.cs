using System.Net;

namespace Gateway.DataPlane.Upstreams.Dns;

/// <summary>The types of records that are asked for, by their numbers on the wire.</summary>
internal enum DnsType
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>Another name.</summary>
    Cname = 5,

    /// <summary>An IPv6 address.</summary>
    Aaaa = 28,

    /// <summary>Name, port, priority and weight of a server.</summary>
    Srv = 33,
}

/// <summary>One record of an answer.</summary>
/// <param name="Owner">The name that it belongs to, in lower case and without a dot at its end.</param>
/// <param name="Type">Its type.</param>
/// <param name="Ttl">How many seconds it counts.</param>
internal sealed record DnsRecord(string Owner, DnsType Type, int Ttl)
{
    /// <summary>The address of A and AAAA.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The name that CNAME and SRV lead to.</summary>
    public string? Target { get; init; }

    /// <summary>SRV: who is asked first; the lowest is.</summary>
    public int Priority { get; init; }

    /// <summary>SRV: the share of the traffic.</summary>
    public int Weight { get; init; }

    /// <summary>SRV: the port.</summary>
    public int Port { get; init; }
}

/// <summary>What a server answered.</summary>
/// <param name="Code">0 for an answer, 3 for a name that does not exist, anything else for a failure.</param>
/// <param name="IsTruncated">Whether it did not fit, so that it must be asked for over TCP.</param>
/// <param name="Records">The records, of the types that are understood.</param>
internal sealed record DnsMessage(int Code, bool IsTruncated, IReadOnlyList<DnsRecord> Records);
