using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Kong.Settings;

/// <summary>One entry of a <c>*_listen</c> setting, as <c>GET /</c> shows it: every flag that there is, and whether it is there.</summary>
/// <param name="address">The address and port.</param>
/// <param name="flags">The words behind them.</param>
/// <param name="isStream">Whether it is one of <c>stream_listen</c>, which has other flags.</param>
internal sealed class ShownListener(IPEndPoint address, IReadOnlyList<string> flags, bool isStream)
{
    private static readonly string[] _forRequests = ["http2", "deferred"];
    private static readonly string[] _forStreams = ["udp"];
    private static readonly string[] _flags = ["ssl", "proxy_protocol", "bind", "reuseport", "ipv6only=on", "ipv6only=off", "so_keepalive=on", "so_keepalive=off"];

    // Flags with a value are named by Kong's pattern where they are not there.
    private static readonly (string Start, string Pattern)[] _patterns = [("backlog=", "backlog=%d+"), ("so_keepalive=", "so_keepalive=%w*:%w*:%d*")];

    /// <summary>Whether it takes TLS.</summary>
    public bool IsTls => flags.Contains("ssl");

    /// <summary>The entries of a setting whose value was checked.</summary>
    /// <param name="setting">The setting's value.</param>
    /// <param name="isStream">Whether the setting is <c>stream_listen</c>.</param>
    public static IReadOnlyList<ShownListener> Of(string? setting, bool isStream) => setting is null or "off" ? []
        : [.. SettingRules.List(setting).Select(e => e.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(w => w.Length > 0 && IPEndPoint.TryParse(w[0], out _)).Select(w => new ShownListener(IPEndPoint.Parse(w[0]), w[1..], isStream))];

    /// <summary>The entry as JSON.</summary>
    public JsonObject Render()
    {
        var shown = new JsonObject
        {
            ["ip"] = address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address.Address}]" : address.Address.ToString(),
            ["port"] = address.Port,
            // HTTP/2 is a directive of its own to the web server that this is written for.
            ["listener"] = string.Join(' ', [address.ToString(), .. flags.Where(f => f is not "http2")]),
        };
        foreach (var flag in _flags.Concat(isStream ? _forStreams : _forRequests))
        {
            shown[flag] = flags.Contains(flag);
        }

        foreach (var (start, pattern) in _patterns)
        {
            var given = flags.FirstOrDefault(f => f.StartsWith(start, StringComparison.Ordinal) && f.Length > start.Length && (f[start.Length..].All(char.IsAsciiDigit) || f.Contains(':', StringComparison.Ordinal)));
            shown[given ?? pattern] = given is not null;
        }

        return shown;
    }
}
