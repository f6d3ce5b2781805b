using System.Text;
using System.Text.Json.Nodes;
using Gateway.Plugins;
using Gateway.Schema;
using Gateway.Testing;

namespace Gateway.Entities.Tests;

/// <summary>A recorded creation of one of our entities: the body as it was sent, and the answer.</summary>
internal sealed record RecordedRequest(string Id, EntitySchema Schema, JsonObject Body, int Status, JsonNode? Answer)
{
    /// <summary>The creations of entities and plugins that this build knows.</summary>
    public static IEnumerable<RecordedRequest> All =>
        Directory.GetFiles(SharedFolder.PathOf("kong", "cases", "admin")!, "*.jsonl").Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines).Select(line => Read(JsonNode.Parse(line)!)).OfType<RecordedRequest>();

    /// <summary>The body as the parser sees it: the store has put an id in the place of a name that stands for a reference.</summary>
    public JsonObject Resolved
    {
        get
        {
            var body = (JsonObject)Body.DeepClone();
            foreach (var (name, _) in Schema.ForeignFields)
            {
                if (body[name] is JsonObject { Count: > 0 } reference && !reference.ContainsKey("id"))
                {
                    body[name] = new JsonObject { ["id"] = Guid.NewGuid().ToString() };
                }
            }

            return body;
        }
    }

    private static RecordedRequest? Read(JsonNode recorded)
    {
        var request = recorded["request"]!;
        if ((string?)request["method"] is not "POST" || BundledPlugins.Catalog.Entities.Find(((string)request["path"]!).Trim('/').Replace('-', '_')) is not { Stored: true } schema
            || BodyOf(schema, request) is not { } body || (schema.Name is "plugins" && !Bundled(body)))
        {
            return null;
        }

        _ = Json.TryParse(Encoding.UTF8.GetBytes((string)recorded["response"]!["body"]!), out var answer);
        return new RecordedRequest((string)recorded["id"]!, schema, body, (int)recorded["response"]!["status"]!, answer);
    }

    private static bool Bundled(JsonObject body) => body["name"] is null || BundledPlugins.Catalog.Find(Json.Text(body["name"])) is not null;

    private static JsonObject? BodyOf(EntitySchema schema, JsonNode request)
    {
        var type = request["headers"]!.AsArray().Where(h => (string?)h![0] is "Content-Type").Select(h => (string?)h![1]).FirstOrDefault() ?? string.Empty;
        var body = (string?)request["body"] ?? string.Empty;
        return type.StartsWith("application/json", StringComparison.Ordinal) ? Json.TryParse(Encoding.UTF8.GetBytes(body), out var node) ? node as JsonObject : null
            : type.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) ? FormDecoder.Decode(schema, FormDecoder.Split(body))
            : null;
    }
}
