using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Plugins.IpRestriction;

/// <summary>A set of addresses and ranges; the cost of a look grows with the different lengths of prefixes, not with the number of ranges.</summary>
internal sealed class IpRanges
{
    private readonly Prefixes[] _v4;
    private readonly Prefixes[] _v6;

    private IpRanges(Prefixes[] v4, Prefixes[] v6) => (_v4, _v6) = (v4, v6);

    /// <summary>Reads addresses (<c>1.2.3.4</c>) and ranges (<c>10.0.0.0/8</c>, <c>2001:db8::/32</c>); bits behind a range's prefix do not matter.</summary>
    public static IpRanges Of(IEnumerable<string> texts)
    {
        var ranges = texts.Select(Range).ToLookup(r => r.Width);
        return new(Group(ranges[32]), Group(ranges[128]));
    }

    /// <summary>Whether an address is in the set; an IPv4 address inside IPv6 (<c>::ffff:1.2.3.4</c>) counts as itself.</summary>
    public bool Contains(IPAddress address)
    {
        var (bits, width) = Bits(address);
        foreach (var prefixes in width is 32 ? _v4 : _v6)
        {
            if (prefixes.Values.Contains(bits >> prefixes.Shift))
            {
                return true;
            }
        }

        return false;
    }

    // A shift by all 128 bits would be one by none, so the whole of IPv6 is its two halves.
    private static Prefixes[] Group(IEnumerable<(UInt128 Bits, int Prefix, int Width)> ranges) =>
    [
        .. ranges.SelectMany(r => r is { Prefix: 0, Width: 128 } ? [r with { Bits = 0, Prefix = 1 }, r with { Bits = UInt128.One << 127, Prefix = 1 }] : new[] { r })
            .GroupBy(r => r.Width - r.Prefix).Select(g => new Prefixes(g.Key, [.. g.Select(r => r.Bits >> g.Key)])),
    ];

    private static (UInt128 Bits, int Prefix, int Width) Range(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var written = IPAddress.Parse(slash < 0 ? text : text[..slash]);
        var (bits, width) = Bits(written);
        var prefix = slash < 0 ? width : int.Parse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        return (bits, slash >= 0 && written.IsIPv4MappedToIPv6 ? Math.Max(prefix - 96, 0) : prefix, width);
    }

    private static (UInt128 Bits, int Width) Bits(IPAddress address)
    {
        var own = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        own.TryWriteBytes(bytes, out _);
        return own.AddressFamily is AddressFamily.InterNetwork ? (BinaryPrimitives.ReadUInt32BigEndian(bytes), 32) : (BinaryPrimitives.ReadUInt128BigEndian(bytes), 128);
    }

    private sealed record Prefixes(int Shift, HashSet<UInt128> Values);
}
