using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Manager.Catalog;

namespace Gateway.Manager.Forms;

/// <summary>An entity as texts that people copy.</summary>
public static class EntityTexts
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Its JSON, indented.</summary>
    public static string Json(JsonObject entity) => entity.ToJsonString(_indented);

    /// <summary>The call that creates it, or writes it as it is.</summary>
    /// <param name="address">The Admin API.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="entity">The entity, or what is filled in so far.</param>
    public static string Curl(string address, EntityKind kind, JsonObject entity)
    {
        var body = new JsonObject(entity.Where(field => field.Value is not null && field.Key is not ("id" or "created_at" or "updated_at") && field.Key != kind.OwnerField)
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        var owner = kind.OwnerField is null ? null : entity[kind.OwnerField]?["id"]?.ToString();
        var (method, path) = entity["id"] is null ? ("POST", kind.CollectionPath(owner)) : ("PUT", EntityLinks.Resource(kind, entity));
        // A quote inside single quotes ends, escapes and starts them again.
        return $"curl -X {method} {address}/{path} \\\n  -H 'Content-Type: application/json' \\\n  -d '{body.ToJsonString(_indented).Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    /// <summary>Its YAML, as declarative files write it.</summary>
    public static string Yaml(JsonNode? node) => string.Join('\n', Lines(node));

    private static IEnumerable<string> Lines(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } fields => fields.SelectMany(field => Entry($"{Scalar(JsonValue.Create(field.Key))}:", field.Value)),
        JsonArray { Count: > 0 } items => items.SelectMany(Item),
        _ => [Scalar(node)],
    };

    private static IEnumerable<string> Entry(string key, JsonNode? value) => value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 }
        ? [key, .. Lines(value).Select(line => value is JsonArray ? line : $"  {line}")]
        : [$"{key} {Scalar(value)}"];

    private static IEnumerable<string> Item(JsonNode? item) => Lines(item).Select((line, index) => index == 0 ? $"- {line}" : $"  {line}");

    private static string Scalar(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue text when text.TryGetValue<string>(out var s) => IsPlain(s) ? s : JsonSerializer.Serialize(s, _indented),
        _ => node.ToJsonString(),
    };

    // JSON strings are YAML strings: whatever could be read as something else is quoted that way.
    private static bool IsPlain(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/')
        && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");
}
