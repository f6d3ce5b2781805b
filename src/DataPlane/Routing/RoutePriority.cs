using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Entities;

namespace Gateway.DataPlane.Routing;

/// <summary>The order in which routes are tried.</summary>
internal static class RoutePriority
{
    // Kong derives the ids of the parts of a route from this one; they decide between equal priorities.
    private static readonly byte[] _namespace = new Guid("7f145bf9-0dce-4f91-98eb-debbce4b9f6b").ToByteArray(bigEndian: true);

    /// <summary>The rank of a route with one of its paths.</summary>
    /// <param name="route">The route.</param>
    /// <param name="index">Which of its paths; 0 for a route without paths.</param>
    /// <param name="hasPort">Whether the host of this way in names a port.</param>
    /// <param name="options">The settings of the router.</param>
    public static RouteRank Of(Route route, int index, bool hasPort, RouterOptions options)
    {
        var path = route.Paths is { Count: > 0 } paths ? paths[index] : null;
        return options.Flavor is RouterFlavor.Traditional
            ? new RouteRank(Traditional(route, path, hasPort), new RouteTie(Length(path), ulong.MaxValue - (ulong)route.CreatedAt.Value), index)
            : new RouteRank(options.OriginalOrder ? Original(route, path) : Strict(route, path), Tie(PartId(route, index)), index);
    }

    /// <summary>The rank of a route that is written as an expression: before all that are written as fields.</summary>
    /// <param name="route">The route.</param>
    public static RouteRank OfExpression(Route route) => new((ulong)route.Priority | (0xfful << 56), Tie(route.Id.Value), 0);

    /// <summary>The rank of a route for streams.</summary>
    /// <param name="route">The route.</param>
    /// <param name="options">The settings of the router.</param>
    public static RouteRank OfStream(Route route, RouterOptions options)
    {
        if (options.Flavor is RouterFlavor.Traditional)
        {
            return new RouteRank(Traditional(route, null, hasPort: false) | (Endpoints(route.Sources) << 4) | Endpoints(route.Destinations), new RouteTie(0, ulong.MaxValue - (ulong)route.CreatedAt.Value), 0);
        }

        var named = route.Snis is { Count: > 0 } || (route.Sources is { Count: > 0 } && route.Destinations is { Count: > 0 });

        // Of two that Kong leaves to their ids, the one that names its servers in full goes first.
        var inFull = named && route.Snis?.Any(s => s.Contains('*', StringComparison.Ordinal)) is not true;
        return new RouteRank((Bit(named) << 61) | (Endpoints(route.Sources) << 5) | (Endpoints(route.Destinations) << 1) | Bit(inFull), Tie(route.Id.Value), 0);
    }

    /// <summary>The layout that Kong's source intends.</summary>
    private static ulong Strict(Route route, string? path) =>
        ((ulong)Attributes(route) << 61)
        | (Bit(HasPlainHostsOnly(route)) << 60)
        | ((ulong)Headers(route) << 52)
        | (Bit(IsRegex(path)) << 51)
        | ((IsRegex(path) ? Biased(route.RegexPriority ?? 0) : 0) << 19)
        | Math.Min(Length(path), 0x7ffff);

    /// <summary>
    /// What Kong's source computes: it shifts 32-bit numbers by more than 32, so that only the two flags land where they should, and a
    /// negative number fills the upper half.
    /// </summary>
    private static ulong Original(Route route, string? path)
    {
        var regexPriority = IsRegex(path) ? (uint)(route.RegexPriority ?? 0) : 0;
        var low = unchecked(((uint)Attributes(route) << 29) | ((uint)Headers(route) << 20) | (regexPriority << 19) | (uint)Math.Min(Length(path), 0x7ffff));
        return unchecked((ulong)(long)(int)low) | (Bit(HasPlainHostsOnly(route)) << 60) | (Bit(IsRegex(path)) << 51);
    }

    /// <summary>The order of the first router, without the last criteria, which decide ties: the length of the path and the age.</summary>
    private static ulong Traditional(Route route, string? path, bool hasPort)
    {
        var kinds = (One(route.Hosts?.Count) << 6) | (One(route.Headers?.Count) << 5) | (One(route.Paths?.Count) << 4) | (One(route.Methods?.Count) << 3)
            | (One(route.Snis?.Count) << 2) | (One(route.Sources?.Count) << 1) | One(route.Destinations?.Count);
        var wildcardWithPort = route.Hosts?.Any(h => h.Contains('*', StringComparison.Ordinal) && h.Contains(':', StringComparison.Ordinal)) is true;
        return ((ulong)Attributes(route) << 61)
            | ((ulong)kinds << 54)
            | (Bit(hasPort) << 53)
            | (Bit(wildcardWithPort) << 52) | (Bit(HasPlainHostsOnly(route)) << 51) | (Bit(IsRegex(path)) << 50)
            | ((ulong)Headers(route) << 42)
            | ((IsRegex(path) ? Biased(route.RegexPriority ?? 0) : 0) << 10);
    }

    /// <summary>A route whose paths are both expressions and prefixes, or prefixes of several lengths, is split into parts with ids of their own.</summary>
    private static Guid PartId(Route route, int index)
    {
        if (route.Paths is not { Count: > 1 } paths)
        {
            return route.Id.Value;
        }

        var parts = paths.Select(PartKey).Distinct().ToList();
        if (parts.Count is 1)
        {
            return route.Id.Value;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{route.Id.Value}#{parts.IndexOf(PartKey(paths[index])) + 1}");
#pragma warning disable CA5350 // Version 5 of UUIDs is made of SHA-1; nothing is protected by it.
        var hash = SHA1.HashData([.. _namespace, .. Encoding.UTF8.GetBytes(name)]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    private static int PartKey(string path) => IsRegex(path) ? 0 : Encoding.UTF8.GetByteCount(path);

    private static RouteTie Tie(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return new RouteTie(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    private static ulong Endpoints(IReadOnlySet<Endpoint>? endpoints) => (endpoints ?? (IEnumerable<Endpoint>)[]).Aggregate(0ul, (weight, e) =>
        weight | (e.Ip is null ? 0u : e.Ip.Contains('/', StringComparison.Ordinal) ? 1u : 8u) | (e.Port is null ? 0u : 4u));

    private static int Attributes(Route route) =>
        One(route.Hosts?.Count) + One(route.Headers?.Count) + One(route.Paths?.Count) + One(route.Methods?.Count) + One(route.Snis?.Count)
        + One(route.Sources?.Count) + One(route.Destinations?.Count);

    private static bool HasPlainHostsOnly(Route route) => route.Hosts is { Count: > 0 } hosts && !hosts.Any(h => h.Contains('*', StringComparison.Ordinal));

    private static int Headers(Route route) => Math.Min(route.Headers?.Count ?? 0, 255);

    private static bool IsRegex(string? path) => path?.StartsWith('~') is true;

    private static ulong Length(string? path) => path is null || IsRegex(path) ? 0 : (ulong)Encoding.UTF8.GetByteCount(path);

    private static int One(int? count) => count > 0 ? 1 : 0;

    private static ulong Bit(bool set) => set ? 1UL : 0;

    // Negative priorities come after 0, within the same 32 bits.
    private static ulong Biased(int priority) => unchecked((uint)priority ^ 0x8000_0000u);
}
