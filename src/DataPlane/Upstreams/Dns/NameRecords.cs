using System.Net;

namespace Gateway.DataPlane.Upstreams.Dns;

/// <summary>One address behind a name.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The port that an SRV record names; 0 for the one that is configured.</param>
/// <param name="Weight">The weight that an SRV record names; null for the one that is configured.</param>
/// <param name="Name">The name that an SRV record leads to, or null.</param>
internal sealed record NameRecord(IPAddress Address, int Port = 0, int? Weight = null, string? Name = null);

/// <summary>What is known of a name.</summary>
/// <param name="Records">The addresses; none when it has none.</param>
/// <param name="Source">The kind of record that they come from, or what is wrong, in Kong's words.</param>
/// <param name="Until">When it must be asked for again, in ticks of the clock.</param>
/// <param name="Failure">Why nobody could say; null when someone did.</param>
internal sealed record NameRecords(IReadOnlyList<NameRecord> Records, string Source, long Until, string? Failure = null);
