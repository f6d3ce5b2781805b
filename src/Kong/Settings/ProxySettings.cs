using System.Globalization;
using System.Net;
using Gateway.DataPlane;
using Gateway.DataPlane.Proxy;
using Gateway.DataPlane.Routing;
using Gateway.Entities;

namespace Gateway.Kong.Settings;

/// <summary>The settings of how the proxy treats requests and answers.</summary>
internal sealed class ProxySettings(SettingValues values)
{
    /// <summary>What the names of variables begin with that references lead to, or null.</summary>
    public string? VaultPrefix => values.Text("vault_env_prefix");

    /// <summary>The options of a data plane with these settings.</summary>
    public DataPlaneOptions ApplyTo(DataPlaneOptions options) => options with
    {
        Router = Router,
        TrustedProxies = new TrustedProxies(
            [.. values.List("trusted_ips").Where(a => a != "unix:").Select(Network)], values.Required("real_ip_header"), values.Flag("real_ip_recursive")),
        PortMaps = values.List("port_maps").Select(m => PortMap(m)!.Value).GroupBy(m => m.Listened).ToDictionary(g => g.Key, g => g.Last().Public),
        AnswerHeaders = values.List("headers").Aggregate(DataPlane.Proxy.AnswerHeaders.None, (all, h) => all | (AnswerHeader(h) ?? DataPlane.Proxy.AnswerHeaders.None)),
        RequestIdUpstream = values.List("headers_upstream").Count > 0,
        ErrorTemplates = new[] { "html", "json", "xml", "plain" }.Where(f => values.Text("error_template_" + f) is not null)
            .ToDictionary(f => f, f => File.ReadAllText(values.Required("error_template_" + f))),
        ErrorDefaultType = values.Required("error_default_type"),
        VaultPrefix = VaultPrefix,
        BodyBuffer = (int)Math.Min(values.Bytes("nginx_http_client_body_buffer_size"), Array.MaxLength),
        AllowDebugHeader = values.Flag("allow_debug_header"),
        Limits = Limits(new ClientLimits()),
    };

    private ClientLimits Limits(ClientLimits none)
    {
        var buffers = SettingRules.TryReadBuffers(values.Text("nginx_http_large_client_header_buffers") ?? "", out var number, out var size);
        return none with
        {
            MaxBody = values.Bytes("nginx_http_client_max_body_size") is > 0 and var bytes ? bytes : null,
            KeepAlive = Time("nginx_http_keepalive_timeout") ?? none.KeepAlive,
            Head = Time("nginx_http_client_header_timeout") ?? none.Head,
            Body = Time("nginx_http_client_body_timeout") ?? none.Body,
            Send = Time("nginx_http_send_timeout") ?? none.Send,
            MaxRequests = Math.Max(1, values.Whole("nginx_http_keepalive_requests")),
            MaxLine = buffers ? size : none.MaxLine,
            MaxHead = buffers ? (int)Math.Min((long)number * size, 64 * 1024 * 1024) : none.MaxHead,
        };

        // Nothing is closed at once: the shortest time that a server can wait is one.
        TimeSpan? Time(string name) => values.Text(name) is { } text && SettingRules.TryReadTime(text.Split(' ')[0], out var time)
            ? time == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : time : null;
    }

    /// <summary>How routes are matched.</summary>
    private RouterOptions Router => new(
        values.Text("router_flavor") switch { "expressions" => RouterFlavor.Expressions, "traditional" => RouterFlavor.Traditional, _ => RouterFlavor.TraditionalCompatible },
        values.Text("route_match_calculation") is "original");

    /// <summary>The header, or the group of headers, that an entry of <c>headers</c> names; null when there is none.</summary>
    public static AnswerHeaders? AnswerHeader(string name) => name.ToLowerInvariant() switch
    {
        "server_tokens" => AnswerHeaders.ServerTokens,
        "latency_tokens" => AnswerHeaders.LatencyTokens,
        "via" => AnswerHeaders.Via,
        "server" => AnswerHeaders.Server,
        "x-kong-proxy-latency" => AnswerHeaders.ProxyLatency,
        "x-kong-response-latency" => AnswerHeaders.ResponseLatency,
        "x-kong-upstream-latency" => AnswerHeaders.UpstreamLatency,
        "x-kong-upstream-status" => AnswerHeaders.UpstreamStatus,
        "x-kong-request-id" => AnswerHeaders.RequestId,
        // The Admin API's own, which is always there.
        "x-kong-admin-latency" => AnswerHeaders.None,
        _ => null,
    };

    /// <summary>A pair such as <c>80:8000</c>: the port that the world knows, and the one that is listened on; null when it is none.</summary>
    public static (int Public, int Listened)? PortMap(string pair) =>
        pair.Split(':') is [var known, var listened] && Port(known) is { } outside && Port(listened) is { } inside ? (outside, inside) : null;

    private static int? Port(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;

    private static IPNetwork Network(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : IPNetwork.Parse(HostName.Masked(text));
}
