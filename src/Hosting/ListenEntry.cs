using System.Globalization;
using System.Net;

namespace Gateway.Hosting;

/// <summary>One entry of a <c>*_listen</c> setting as it is written: an address, a port, and flags.</summary>
/// <param name="Address">The local address; <see cref="IPAddress.Any"/> for <c>0.0.0.0</c>.</param>
/// <param name="Port">The port, 0 to 65535.</param>
/// <param name="Flags">The words behind them.</param>
public sealed record ListenEntry(IPAddress Address, int Port, IReadOnlyList<string> Flags)
{
    private const string BacklogFlag = "backlog=";
    private const string KeepAliveFlag = "so_keepalive=";
    private const string CommonFlags = "[backlog=%d+] [ipv6only=on] [ipv6only=off] [so_keepalive=on] [so_keepalive=off] [so_keepalive=%w*:%w*:%d*]";

    /// <summary>How many connections may wait to be accepted (flag <c>backlog</c>), or null.</summary>
    public int? Backlog => Flags.Select(BacklogOf).LastOrDefault(b => b is not null);

    /// <summary>Whether and how silent connections are probed (flag <c>so_keepalive</c>); null leaves it to the system.</summary>
    public SocketKeepAlive? KeepAlive => Flags.Select(KeepAliveOf).LastOrDefault(k => k is not null);

    /// <summary>Whether an IPv6 address takes IPv6 connections only (flag <c>ipv6only=on</c>).</summary>
    public bool Ipv6Only => Has("ipv6only=on");

    /// <summary>Reads a comma-separated list such as <c>0.0.0.0:8000 reuseport, 0.0.0.0:8443 ssl</c>; <c>off</c> is the empty list.</summary>
    /// <param name="setting">The setting's value.</param>
    /// <param name="flags">The flags without a value that there are, in the order in which they are told.</param>
    /// <param name="entries">The entries, in the order written.</param>
    /// <param name="error">What is wrong with the value, or null.</param>
    public static bool TryParseList(string setting, IReadOnlyList<string> flags, out IReadOnlyList<ListenEntry> entries, out string? error)
    {
        var read = new List<ListenEntry>();
        entries = read;
        error = null;
        if (setting.Trim() is "off" or "")
        {
            return true;
        }

        foreach (var part in setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (!TryParseAddress(words[0], out var address, out var port) || words.Skip(1).Any(w => !IsFlag(w, flags)))
            {
                entries = [];
                error = $"must be of form: [off] | <ip>:<port> {string.Concat(flags.Select(f => $"[{f}] "))}{CommonFlags}, [... next entry ...], got '{part}'";
                return false;
            }

            read.Add(new ListenEntry(address, port, words[1..]));
        }

        return true;
    }

    /// <summary>Whether a flag is there.</summary>
    /// <param name="flag">The flag.</param>
    public bool Has(string flag) => Flags.Contains(flag);

    private static bool IsFlag(string word, IReadOnlyList<string> flags) =>
        flags.Contains(word) || word is "ipv6only=on" or "ipv6only=off" || BacklogOf(word) is not null || KeepAliveOf(word) is not null;

    private static int? BacklogOf(string word) =>
        ValueOf(word, BacklogFlag) is { } value && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static SocketKeepAlive? KeepAliveOf(string word) => ValueOf(word, KeepAliveFlag) is { } value && SocketKeepAlive.TryParse(value, out var read) ? read : null;

    private static string? ValueOf(string word, string flag) => word.StartsWith(flag, StringComparison.Ordinal) ? word[flag.Length..] : null;

    // An IPv6 address stands in brackets.
    private static bool TryParseAddress(string text, out IPAddress address, out int port)
    {
        address = IPAddress.Any;
        var colon = text.LastIndexOf(':');
        port = 0;
        if (colon <= 0)
        {
            return false;
        }

        var host = text[..colon];
        host = host is "localhost" ? "127.0.0.1" : host.Trim('[', ']');
        return int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535
            && IPAddress.TryParse(host, out address!);
    }
}
