using System.Text;
using System.Text.Json.Nodes;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Logs;
using Gateway.Schema;
using Microsoft.Extensions.Primitives;

namespace Gateway.Plugins.RequestTermination;

/// <summary>Tells a request, the node that took it, and what it matched, as JSON.</summary>
internal static class RequestEcho
{
    // An echo is for people who look; it need not carry uploads back.
    private const int Ceiling = 1024 * 1024;

    public static async Task AddAsync(JsonObject answer, Exchange exchange, GatewayNode node)
    {
        var request = exchange.Http.Request;
        var raw = await BodyAsync(exchange);
        answer["kong"] = new JsonObject
        {
            ["node_id"] = node.Id.ToString(),
            ["worker_pid"] = Environment.ProcessId,
            ["hostname"] = node.HostName,
        };
        answer["request"] = new JsonObject
        {
            ["scheme"] = request.Scheme,
            ["host"] = request.Host.Host,
            ["port"] = exchange.Http.Connection.LocalPort,
            ["method"] = exchange.Method,
            ["path"] = exchange.Path,
            ["headers"] = Object(exchange.RequestHeaders.Select(h => KeyValuePair.Create(h.Key.ToLowerInvariant(), Values(h.Value)))),
            ["query"] = Object(Arguments(exchange.Query)),
            ["body"] = Parsed(request.ContentType, raw),
            ["raw_body"] = raw,
            ["uri_captures"] = Captures(exchange.Captures),
        };
        answer["matched_route"] = exchange.Route is { } route ? EntityView.Of(route) : null;
        answer["matched_service"] = exchange.Service is { } service ? EntityView.Of(service) : null;
    }

    /// <summary>The arguments of a query or form: one value as text, several as a list, none as true.</summary>
    public static Dictionary<string, JsonNode> Arguments(string? query)
    {
        var arguments = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var pair in (query ?? string.Empty).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decoded(equals < 0 ? pair : pair[..equals]);
            JsonNode value = equals < 0 ? JsonValue.Create(true) : JsonValue.Create(Decoded(pair[(equals + 1)..]));
            if (!arguments.TryGetValue(name, out var before))
            {
                arguments[name] = value;
            }
            else if (before is JsonArray list)
            {
                // In place: a name may be repeated half a million times within the limit of a body.
                list.Add(value);
            }
            else
            {
                arguments[name] = new JsonArray(before, value);
            }
        }

        return arguments;
    }

    private static JsonObject Captures(IReadOnlyDictionary<string, string> captures) =>
        new()
        {
            ["named"] = new JsonObject(captures.Where(c => !char.IsAsciiDigit(c.Key[0])).Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value))),
            ["unnamed"] = new JsonArray([.. captures.Where(c => char.IsAsciiDigit(c.Key[0])).Select(c => (JsonNode?)c.Value)]),
        };

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static JsonObject Object(IEnumerable<KeyValuePair<string, JsonNode>> members) => new(members.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));

    private static JsonNode Values(StringValues values) =>
        values.Count is 1 ? JsonValue.Create(values.ToString()) : new JsonArray([.. values.Select(v => (JsonNode?)v)]);

    private static JsonNode? Parsed(string? type, string raw)
    {
        if (raw.Length is 0 || type is null)
        {
            return null;
        }

        if (type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return Object(Arguments(raw));
        }

        return type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) && Json.TryParse(Encoding.UTF8.GetBytes(raw), out var json) ? json : null;
    }

    private static async Task<string> BodyAsync(Exchange exchange)
    {
        var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (body.Length < Ceiling && (read = await exchange.Http.Request.Body.ReadAsync(buffer, exchange.Aborted)) > 0)
        {
            body.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)Math.Min(body.Length, Ceiling));
    }
}
