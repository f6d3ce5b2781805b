using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.Entities;

/// <summary>A service's URL, taken apart.</summary>
/// <param name="Protocol">The scheme as written, or the one that the port suggests.</param>
/// <param name="Host">The host, or null.</param>
/// <param name="Port">The port given, or the scheme's; a text when what is given is no number.</param>
/// <param name="Path">The decoded path, or null.</param>
public sealed partial record ServiceUrl(string Protocol, string? Host, JsonNode Port, string? Path)
{
    /// <summary>Takes a text apart; whatever it is, the result is judged later, field by field.</summary>
    /// <param name="text">The URL; its query is dropped.</param>
    public static ServiceUrl Parse(string text)
    {
        var match = Form().Match(text);
        var port = match.Groups["port"].Value;
        var protocol = match.Groups["scheme"] is { Success: true } scheme ? scheme.Value : port is "443" ? "https" : "http";
        var host = match.Groups["host"] is { Length: > 0 } found ? found.Value.Trim('[', ']') : null;
        var path = match.Groups["path"] is { Length: > 0 } rest ? Uri.UnescapeDataString(rest.Value) : null;
        JsonNode number = port.Length is 0 ? JsonValue.Create(protocol is "https" ? 443 : 80)
            : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? JsonValue.Create(given)
            : JsonValue.Create(port)!;
        return new ServiceUrl(protocol, host, number, path);
    }

    [GeneratedRegex(@"\A(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?:[^/?#@]*@)?(?<host>\[[^\]]*\]|[^/?#:]*)(?::(?<port>[^/?#]+))?)?(?<path>[^?#]*)")]
    private static partial Regex Form();
}
