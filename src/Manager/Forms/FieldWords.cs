using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Manager.Forms;

/// <summary>The words that a form puts around a field.</summary>
public static class FieldWords
{
    private static readonly FrozenSet<string> _initials =
        new[] { "id", "ip", "ips", "tls", "ssl", "url", "uri", "ca", "ttl", "dns", "http", "https", "api", "jwt", "aws", "cors", "ws", "srv", "tcp", "udp", "snis", "sni" }.ToFrozenSet();

    // For a schema that has no words of its own: what a newcomer asks first.
    private static readonly FrozenDictionary<string, string> _help = new Dictionary<string, string>
    {
        ["tags"] = "Words to group and filter by.",
        ["services.name"] = "Unique. Letters, digits, and . - _ ~",
        ["services.host"] = "A host name, an IP address, or the name of an upstream. No port here.",
        ["services.path"] = "Put before the path of every request.",
        ["services.retries"] = "How often another try is made when the upstream cannot be reached.",
        ["services.enabled"] = "Off: its routes answer as if they did not exist.",
        ["routes.name"] = "Unique. Letters, digits, and . - _ ~",
        ["routes.service"] = "Without one, plugins must answer the request themselves.",
        ["routes.hosts"] = "e.g. api.example.com or *.example.com",
        ["routes.paths"] = "A prefix such as /orders, or ~ and a regular expression.",
        ["routes.methods"] = "In capitals: GET, POST ...",
        ["routes.headers"] = "The header must have one of the values.",
        ["routes.strip_path"] = "Take the matched path off before the upstream sees it.",
        ["routes.preserve_host"] = "Send the client's Host header instead of the service's host.",
        ["routes.https_redirect_status_code"] = "The answer to plain HTTP when only HTTPS is allowed.",
        ["routes.regex_priority"] = "Among routes with regular expressions, the higher wins.",
        ["consumers.custom_id"] = "The id under which your own systems know it.",
        ["targets.target"] = "host:port",
        ["targets.weight"] = "Its share among the targets, 0 to 65535.",
        ["plugins.instance_name"] = "Tells several of the same plugin apart.",
        ["keyauth_credentials.key"] = "Empty: a random key is made.",
        ["keyauth_credentials.ttl"] = "Seconds until the key stops working; empty or 0: never.",
    }.ToFrozenDictionary();

    /// <summary>The label of a field: <c>connect_timeout</c> is <c>Connect timeout</c>.</summary>
    public static string Label(string name)
    {
        var words = name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(word => _initials.Contains(word) ? word.ToUpperInvariant().Replace("SNIS", "SNIs").Replace("IPS", "IPs") : word).ToArray();
        var text = string.Join(' ', words);
        return text.Length == 0 ? name : char.ToUpperInvariant(text[0]) + text[1..];
    }

    /// <summary>The sentence under a field, out of its schema or its rules.</summary>
    /// <param name="schema">The name of the schema that it stands in.</param>
    /// <param name="field">The field.</param>
    public static string? Help(string schema, FieldSchema field) =>
        field.Description ?? _help.GetValueOrDefault($"{schema}.{field.Name}") ?? _help.GetValueOrDefault(field.Name) ?? Range(field);

    /// <summary>A value as a placeholder shows it.</summary>
    public static string? Shown(JsonNode? value) => value switch
    {
        null => null,
        JsonArray { Count: 0 } => null,
        JsonArray items => string.Join(", ", items.Select(Shown)),
        JsonValue text => text.ToString(),
        _ => value.ToJsonString(),
    };

    private static string? Range(FieldSchema field) => field.Between is not { } bounds ? null :
        string.Create(CultureInfo.InvariantCulture, $"{bounds.From:0.###} to {bounds.To:0.###}");
}
