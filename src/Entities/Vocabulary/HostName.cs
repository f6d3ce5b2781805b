using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Gateway.Entities;

/// <summary>What a host is written as.</summary>
public enum HostKind
{
    /// <summary>A name.</summary>
    Name,

    /// <summary>An IPv4 address.</summary>
    Ipv4,

    /// <summary>An IPv6 address.</summary>
    Ipv6,
}

/// <summary>A host with an optional port, taken apart.</summary>
/// <param name="Kind">What the host is written as.</param>
/// <param name="Host">The host; IPv6 in full form inside brackets.</param>
/// <param name="Port">The port, or null.</param>
public readonly partial record struct HostName(HostKind Kind, string Host, int? Port)
{
    /// <summary>Takes a text apart.</summary>
    /// <param name="text">Such as <c>a.com</c>, <c>1.2.3.4:80</c> or <c>[::1]:80</c>.</param>
    /// <param name="host">The parts.</param>
    /// <param name="error">What is wrong, or null.</param>
    public static bool TryParse(string text, out HostName host, out string? error)
    {
        host = default;
        error = null;
        var colons = text.Count(c => c is ':');
        if (colons > 1 || text.StartsWith('['))
        {
            return TryParseIpv6(text, out host, out error);
        }

        var name = colons is 0 ? text : text[..text.IndexOf(':', StringComparison.Ordinal)];
        int? port = null;
        if (colons is 1)
        {
            if (!TryPort(text[(name.Length + 1)..], out port))
            {
                error = "invalid port number";
                return false;
            }
        }

        if (Digits().IsMatch(name))
        {
            if (!IPAddress.TryParse(name, out var ip) || name.Count(c => c is '.') is not 3 || ip.ToString() != name)
            {
                error = $"invalid ipv4 address: {text}";
                return false;
            }

            host = new HostName(HostKind.Ipv4, name, port);
            return true;
        }

        if (!Name().IsMatch(name))
        {
            error = $"invalid hostname: {text}";
            return false;
        }

        host = new HostName(HostKind.Name, name, port);
        return true;
    }

    /// <summary>A CIDR range with its host bits cleared, as <see cref="IPNetwork"/> wants it.</summary>
    /// <param name="cidr">The range.</param>
    public static string Masked(string cidr)
    {
        var slash = cidr.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(cidr[..slash], out var ip) || !int.TryParse(cidr[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
        {
            return cidr;
        }

        var bytes = ip.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var keep = Math.Clamp(bits - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - keep));
        }

        return $"{new IPAddress(bytes)}/{bits}";
    }

    private static bool TryParseIpv6(string text, out HostName host, out string? error)
    {
        host = default;
        error = null;
        int? port = null;
        var address = text;
        var close = text.IndexOf(']', StringComparison.Ordinal);
        if (text.StartsWith('[') && close > 0)
        {
            address = text[1..close];
            if (close + 1 < text.Length && (text[close + 1] is not ':' || !TryPort(text[(close + 2)..], out port)))
            {
                error = "invalid port number";
                return false;
            }
        }

        if (!IPAddress.TryParse(address, out var ip) || ip.AddressFamily is not System.Net.Sockets.AddressFamily.InterNetworkV6 || address.Contains('%', StringComparison.Ordinal))
        {
            error = $"invalid ipv6 address: {text}";
            return false;
        }

        var bytes = ip.GetAddressBytes();
        var groups = Enumerable.Range(0, 8).Select(i => $"{bytes[i * 2]:x2}{bytes[(i * 2) + 1]:x2}");
        host = new HostName(HostKind.Ipv6, $"[{string.Join(':', groups)}]", port);
        return true;
    }

    private static bool TryPort(string text, out int? port)
    {
        port = null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 65535)
        {
            return false;
        }

        port = number;
        return true;
    }

    [GeneratedRegex(@"\A[0-9.]+\z")]
    private static partial Regex Digits();

    // No label is empty or ends in a dash; a leading dash is let through, as punycode may have one.
    [GeneratedRegex(@"\A(?:[A-Za-z0-9_-]*[A-Za-z0-9_]\.)*[A-Za-z0-9_-]*[A-Za-z0-9_]\.?\z")]
    private static partial Regex Name();
}
