using System.Text.Json.Nodes;

namespace Gateway.Manager.Catalog;

/// <summary>The two kinds that every gateway starts with.</summary>
internal static class CoreKinds
{
    public static EntityKind Services { get; } = new()
    {
        Path = "services", Singular = "service", Plural = "Services", Icon = "services",
        Lead = "An API of yours that the gateway stands in front of: where it is, and how patiently it is called.",
        Columns =
        [
            new("Name", "name", CellStyle.Name),
            new("Leads to", "host", CellStyle.ServiceUrl),
            new("Enabled", "enabled", CellStyle.Enabled),
            new("Tags", "tags", CellStyle.List, false),
            new("Updated", "updated_at", CellStyle.Time, Wide: true),
        ],
        Sections =
        [
            new("General", "What it is called here.", ["name", "tags", "enabled"]),
            new("Upstream", "Where its requests are sent.", ["protocol", "host", "port", "path"]),
            new("Patience", "Retries and timeouts, in milliseconds.", ["retries", "connect_timeout", "write_timeout", "read_timeout"], true),
            new("TLS to the upstream", "Which certificates to show and to trust.", ["client_certificate", "tls_verify", "tls_verify_depth", "ca_certificates"], true),
        ],
        Children = [new("routes", "service", false), new("plugins", "service", true)],
        Applies = (field, service) => ((string?)service["protocol"] ?? "http") is var protocol && field switch
        {
            "path" => protocol is "http" or "https",
            "client_certificate" or "tls_verify" or "tls_verify_depth" or "ca_certificates" => protocol is "https" or "tls",
            _ => true,
        },
    };

    public static EntityKind Routes { get; } = new()
    {
        Path = "routes", Singular = "route", Plural = "Routes", Icon = "routes",
        Lead = "Which requests belong to a service: by host, path, method, header, or address.",
        Columns =
        [
            new("Name", "name", CellStyle.Name),
            new("Service", "service", CellStyle.Foreign, false),
            new("Hosts", "hosts", CellStyle.List),
            new("Paths", "paths", CellStyle.List),
            new("Methods", "methods", CellStyle.List, false),
            new("Protocols", "protocols", CellStyle.List, false, Wide: true),
            new("Updated", "updated_at", CellStyle.Time, Wide: true),
        ],
        Sections =
        [
            new("General", "What it is called here, and the service it leads to.", ["name", "service", "tags"]),
            new("Routing", "A request must fit every rule that is set, and one value of each.", ["protocols", "hosts", "paths", "methods", "headers", "snis", "sources", "destinations"]),
            new("Behaviour", "What the upstream gets to see.", ["strip_path", "preserve_host", "https_redirect_status_code", "request_buffering", "response_buffering"]),
            new("Advanced", "How this route ranks among others.", ["regex_priority", "path_handling"], true),
        ],
        Children = [new("plugins", "route", true)],
        Applies = (field, route) => field switch
        {
            "hosts" or "paths" or "methods" or "headers" or "strip_path" or "preserve_host" or "request_buffering" or "response_buffering" => Speaks(route, "http", "https", "grpc", "grpcs"),
            "https_redirect_status_code" => Speaks(route, "https", "grpcs"),
            "snis" => Speaks(route, "https", "grpcs", "tls", "tls_passthrough"),
            "sources" or "destinations" => Speaks(route, "tcp", "tls", "udp", "tls_passthrough"),
            _ => true,
        },
        Hint = route => Needs(route) is { Length: > 0 } fields && !fields.Any(field => IsSet(route[field])) ? $"Set at least one of: {string.Join(", ", fields)}." : null,
    };

    private static string[] Needs(JsonObject route) => true switch
    {
        _ when Speaks(route, "tcp", "tls", "udp") => ["sources", "destinations", "snis"],
        _ when Speaks(route, "tls_passthrough") => ["snis"],
        _ when Speaks(route, "https") => ["hosts", "paths", "methods", "headers", "snis"],
        _ => ["hosts", "paths", "methods", "headers"],
    };

    private static bool Speaks(JsonObject route, params ReadOnlySpan<string> protocols)
    {
        if (route["protocols"] is not JsonArray { Count: > 0 } spoken)
        {
            return protocols.Contains("http") || protocols.Contains("https");
        }

        foreach (var protocol in spoken)
        {
            if (protocols.Contains((string?)protocol ?? ""))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSet(JsonNode? value) => value is JsonArray { Count: > 0 } or JsonObject { Count: > 0 } or JsonValue;
}
