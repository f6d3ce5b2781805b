using System.Text.Json.Nodes;
using Gateway.PluginSdk;
using Gateway.Schema;

namespace Gateway.Plugins.Common;

/// <summary>What metrics are made of, read from the log entry of an exchange or a stream.</summary>
/// <param name="Entry">The entry's fields.</param>
internal readonly record struct LogFacts(JsonObject Entry)
{
    /// <summary>The facts of an exchange that is over.</summary>
    public static LogFacts Of(Exchange exchange) => new(exchange.LogEntry.Fields);

    /// <summary>The facts of a stream that is over.</summary>
    public static LogFacts Of(StreamSession session) => new(session.LogEntry.Fields);

    /// <summary>The status of the answer or the stream.</summary>
    public int Status => (int)Json.Number((Entry["response"] ?? Entry["session"])?["status"]);

    /// <summary>The route's name, or its id; null without a route.</summary>
    public string? Route => Text("route", "name") ?? Text("route", "id");

    /// <summary>A field of an entity in the entry; null when it has none.</summary>
    public string? Text(string entity, string field) => Json.String(Entry[entity]?[field]);

    /// <summary>The consumer, named as a metric's <c>consumer_identifier</c> says; null for nobody.</summary>
    public string? Consumer(string? identifier) => identifier switch
    {
        "consumer_id" => Text("consumer", "id"),
        "username" => Text("consumer", "username"),
        "custom_id" => Text("consumer", "custom_id"),
        _ => null,
    };

    /// <summary>The service, named as <c>service_identifier</c> says; null without a service.</summary>
    public string? Service(string identifier) => identifier switch
    {
        "service_id" => Text("service", "id"),
        "service_name" => Text("service", "name"),
        "service_host" => Text("service", "host"),
        _ => Text("service", "name") ?? Text("service", "host"),
    };

    /// <summary>The name and value of what most metrics measure: octets, milliseconds (-1 for none), requests; null for a metric of another kind.</summary>
    public (string Stat, double Value)? Measure(string metric) => metric switch
    {
        "request_count" => ("request.count", 1),
        "request_size" => ("request.size", Json.Number(Entry["request"]?["size"] ?? Entry["session"]?["received"])),
        "response_size" => ("response.size", Json.Number(Entry["response"]?["size"] ?? Entry["session"]?["sent"])),
        "latency" => ("latency", Json.Number(Entry["latencies"]?["request"] ?? Entry["latencies"]?["session"])),
        "upstream_latency" => ("upstream_latency", Json.Number(Entry["latencies"]?["proxy"])),
        "kong_latency" => ("kong_latency", Json.Number(Entry["latencies"]?["kong"])),
        _ => null,
    };
}
