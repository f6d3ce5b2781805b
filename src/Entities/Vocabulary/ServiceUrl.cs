using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Entities;

/// <summary>A service's URL, taken apart.</summary>
/// <param name="Protocol">The scheme, or the one that the port suggests.</param>
/// <param name="Host">The host, or null.</param>
/// <param name="Port">The port given, or the scheme's.</param>
/// <param name="Path">The decoded path, or null.</param>
public sealed partial record ServiceUrl(string Protocol, string? Host, int Port, string? Path)
{
    /// <summary>Takes a text apart; whatever it is, the result is judged later, field by field.</summary>
    /// <param name="text">The URL; its query is dropped.</param>
    public static ServiceUrl Parse(string text)
    {
        var match = Form().Match(text);
        var scheme = match.Groups["scheme"] is { Success: true } s ? s.Value.ToLowerInvariant() : null;
        var host = match.Groups["host"] is { Success: true, Length: > 0 } h ? h.Value : null;
        int? port = int.TryParse(match.Groups["port"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        var path = match.Groups["path"] is { Success: true, Length: > 0 } p ? Uri.UnescapeDataString(p.Value) : null;
        var protocol = scheme ?? port switch { 443 => "https", _ => "http" };
        return new ServiceUrl(protocol, host, port ?? (protocol is "https" ? 443 : 80), path);
    }

    [GeneratedRegex(@"\A(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?:[^/?#@]*@)?(?<host>\[[^\]]*\]|[^/?#:]*)(?::(?<port>[0-9]+))?)?(?<path>[^?#]*)")]
    private static partial Regex Form();
}
