using System.Globalization;
using System.Net;
using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;

namespace Gateway.Kong.Settings;

/// <summary>What a setting's value must satisfy beyond its kind; each rule returns a complaint in Kong's words, or null.</summary>
internal static class SettingRules
{
    /// <summary>A number of at least <paramref name="minimum"/>.</summary>
    public static Func<string, string?> AtLeast(double minimum, string complaint) => Number(n => n >= minimum, complaint);

    /// <summary>A number greater than <paramref name="minimum"/>.</summary>
    public static Func<string, string?> Above(double minimum, string complaint) => Number(n => n > minimum, complaint);

    /// <summary>A number from one bound to the other.</summary>
    public static Func<string, string?> Between(double minimum, double maximum, string complaint) =>
        Number(n => n >= minimum && n <= maximum, complaint);

    /// <summary>An integer from one bound to the other.</summary>
    public static Func<string, string?> Whole(double minimum, double maximum, string complaint) =>
        Number(n => n >= minimum && n <= maximum && double.IsInteger(n), complaint);

    /// <summary>A size such as <c>128m</c>.</summary>
    public static Func<string, string?> Size(string name) => value => TryReadSize(value, out _) ? null : $"{name} is not a size: '{value}'";

    /// <summary>A time such as <c>75s</c>; what nginx takes behind it is passed over.</summary>
    public static Func<string, string?> Time(string name) => value => TryReadTime(value.Split(' ')[0], out _) ? null : $"{name} is not a time: '{value}'";

    /// <summary>A number and a size such as <c>4 8k</c>.</summary>
    public static Func<string, string?> Buffers(string name) => value => TryReadBuffers(value, out _, out _) ? null : $"{name} must be a number and a size, such as 4 8k, got '{value}'";

    /// <summary>A version of Kong, from 3.0.0 to the one whose formats this product speaks.</summary>
    public static Func<string, string?> PlaneVersion(string name) => value =>
        Version.TryParse(value, out var version) && value.Count('.') is 2 && version >= new Version(3, 0, 0) && version <= Version.Parse(Product.KongVersion)
            ? null
            : $"{name} must be a version from 3.0.0 to {Product.KongVersion}, got '{value}'";

    /// <summary><c>host:port</c>.</summary>
    public static Func<string, string?> HostAndPort(string name) => value =>
        TryReadHostAndPort(value, out _, out _) ? null : $"{name} must be of form <host>:<port>, got '{value}'";

    /// <summary>A comma-separated list of addresses and CIDR blocks.</summary>
    public static string? TrustedAddresses(string value) =>
        List(value).FirstOrDefault(a => a != "unix:" && !IPNetwork.TryParse(a, out _) && !IPAddress.TryParse(a, out _)) is { } bad
            ? $"trusted_ips must be a comma separated list in the form of IPv4 or IPv6 address or CIDR block or 'unix:', got '{bad}'"
            : null;

    /// <summary>A comma-separated list of name servers.</summary>
    public static Func<string, string?> NameServers(string name) => value => List(value).FirstOrDefault(s => !TryReadNameServer(s, out _)) is { } bad
        ? $"{name} must be a comma separated list in the form of IPv4/6 or IPv4/6:port, got '{bad}'"
        : null;

    /// <summary>A comma-separated list of types of DNS records.</summary>
    public static Func<string, string?> RecordTypes(string name, params string[] allowed) => value =>
        List(value).FirstOrDefault(t => !allowed.Contains(t, StringComparer.OrdinalIgnoreCase)) is { } bad ? $"{name}: invalid entry '{bad}'" : null;

    /// <summary>Reads the address of a name server, whose port is 53 where none is named.</summary>
    public static bool TryReadNameServer(string value, out IPEndPoint server)
    {
        server = new IPEndPoint(IPAddress.None, 0);
        var isBare = IPAddress.TryParse(value, out var address);
        if (isBare || (IPEndPoint.TryParse(value, out var parsed) && (server = parsed) is not null))
        {
            server = isBare ? new IPEndPoint(address!, 53) : server.Port is 0 ? new IPEndPoint(server.Address, 53) : server;
            return true;
        }

        return false;
    }

    /// <summary>The headers that are added to answers.</summary>
    public static string? AnswerHeaders(string value) => List(value).FirstOrDefault(h => h != "off" && ProxySettings.AnswerHeader(h) is null) is { } bad
        ? $"headers: invalid entry '{bad}'" : null;

    /// <summary>The headers that are added to requests.</summary>
    public static string? UpstreamHeaders(string value) =>
        List(value).FirstOrDefault(h => h != "off" && !h.Equals("X-Kong-Request-Id", StringComparison.OrdinalIgnoreCase)) is { } bad ? $"headers_upstream: invalid entry '{bad}'" : null;

    /// <summary>Pairs of ports.</summary>
    public static string? PortMaps(string value) =>
        List(value).FirstOrDefault(m => ProxySettings.PortMap(m) is null) is { } bad ? $"invalid port mapping (`port_maps`): {bad}" : null;

    /// <summary>A file that can be read, with two places for the message and the request's id at most.</summary>
    public static string? ErrorTemplate(string value)
    {
        try
        {
            return File.ReadAllText(value).Split("%s").Length > 3 ? $"error template {value} has more than two places for text (%s)" : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"error template cannot be read: {exception.Message}";
        }
    }

    /// <summary>A form of access logs.</summary>
    public static string? LogFormat(string value) =>
        AccessLogFormat.TryParse(value, out _, out var error) ? null : $"nginx_http_log_format: {error}";

    /// <summary>A private key: a path, PEM, or base64 of PEM.</summary>
    public static Func<string, string?> Key(string name) => value => CertificateSource.IsKey(value) ? null : $"{name}: failed loading key from {SettingsChecks.Shown(value)}";

    /// <summary>A UUID.</summary>
    public static string? NodeId(string value) => Guid.TryParseExact(value, "D", out _) ? null : "node_id must be a valid UUID";

    /// <summary>The URL of a forward proxy.</summary>
    public static string? ProxyServer(string value)
    {
        if (!value.Contains("://", StringComparison.Ordinal))
        {
            return "proxy_server missing scheme";
        }

        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri))
        {
            return "proxy_server is invalid";
        }

        return uri.Scheme is not ("http" or "https") ? $"proxy_server only supports \"http\" and \"https\", got {uri.Scheme}"
            : uri.Host.Length == 0 ? "proxy_server missing host"
            : null;
    }

    /// <summary>The parts of a comma-separated value.</summary>
    public static IReadOnlyList<string> List(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Reads <c>host:port</c>, also with an IPv6 address in brackets.</summary>
    public static bool TryReadHostAndPort(string value, out string host, out int port)
    {
        var colon = value.LastIndexOf(':');
        host = colon > 0 ? value[..colon].Trim('[', ']') : "";
        port = 0;
        return colon > 0 && host.Length > 0
            && int.TryParse(value[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
    }

    /// <summary>Reads bytes with the suffixes <c>k</c>, <c>m</c> and <c>g</c>.</summary>
    public static bool TryReadSize(string value, out long bytes)
    {
        var text = value.Trim().ToLowerInvariant();
        var factor = text.Length == 0 ? 1 : text[^1] switch { 'k' => 1L << 10, 'm' => 1L << 20, 'g' => 1L << 30, _ => 1 };
        var ok = long.TryParse(factor == 1 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out bytes)
            && bytes <= long.MaxValue / factor;
        bytes = ok ? bytes * factor : 0;
        return ok;
    }

    /// <summary>Reads a number of buffers and the size of each, in bytes.</summary>
    public static bool TryReadBuffers(string value, out int number, out int size)
    {
        (number, size) = (0, 0);
        if (value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var first, var second]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out number) || !TryReadSize(second, out var bytes)
            || number is < 1 or > 1024 || bytes is < 256 or > 16 * 1024 * 1024)
        {
            return false;
        }

        size = (int)bytes;
        return true;
    }

    /// <summary>Reads a time with nginx's suffixes: <c>ms</c>, <c>s</c> (also without one), <c>m</c>, <c>h</c> and <c>d</c>.</summary>
    public static bool TryReadTime(string value, out TimeSpan time)
    {
        var digits = value.TakeWhile(char.IsAsciiDigit).Count();
        TimeSpan? unit = value[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "" or "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        time = TimeSpan.Zero;
        if (unit is not { } one || !int.TryParse(value[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > TimeSpan.FromDays(365) / one)
        {
            return false;
        }

        time = number * one;
        return true;
    }

    private static Func<string, string?> Number(Predicate<double> holds, string complaint) => value =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && holds(number) ? null : complaint;
}
