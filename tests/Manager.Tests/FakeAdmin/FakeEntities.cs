using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gateway.Manager.Tests.FakeAdmin;

/// <summary>Collections in memory, with the few rules of Kong's that pages depend on.</summary>
public sealed class FakeEntities
{
    private static readonly string[] _named = ["name", "username", "target", "instance_name"];

    private readonly ConcurrentDictionary<string, List<JsonObject>> _collections = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public List<JsonObject> this[string kind] => _collections.GetOrAdd(kind, _ => []);

    public JsonObject Add(string kind, JsonObject entity)
    {
        lock (_gate)
        {
            entity["id"] ??= Guid.NewGuid().ToString();
            entity["created_at"] ??= DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            entity["updated_at"] ??= DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            this[kind].Add(entity);
            return entity;
        }
    }

    public (int Status, JsonObject? Body) Answer(string method, string[] path, IQueryCollection query, JsonObject body)
    {
        lock (_gate)
        {
            return (method, path) switch
            {
                ("POST", ["schemas", var kind, "validate"]) => Violations(kind, body) is { } violations ? (400, violations) : (200, Message("schema validation successful")),
                ("GET", [var kind]) => (200, Page(kind, this[kind], query)),
                ("POST", [var kind]) => Create(kind, body),
                ("GET", [var kind, var key]) => Find(kind, key) is { } entity ? (200, Copy(entity)) : (404, Message("Not found")),
                ("PATCH", [var kind, var key]) => Update(kind, key, body),
                ("DELETE", [var kind, var key]) => Delete(kind, key),
                ("GET", [var kind, var key, var children]) => (200, Page(children, [.. this[Plural(children)].Where(child => (string?)child[kind.TrimEnd('s')]?["id"] == Id(kind, key))], query)),
                ("POST", [var kind, var key, var children]) => Create(Plural(children), With(body, kind.TrimEnd('s'), Id(kind, key))),
                (_, [_, _, var children, var key]) => Answer(method, [Plural(children), key], query, body),
                _ => (404, Message("Not found")),
            };
        }
    }

    private static string Plural(string name) => name == "key-auth" ? "key-auths" : name;

    private (int, JsonObject?) Create(string kind, JsonObject body)
    {
        if (Violations(kind, body) is { } violations)
        {
            return (400, violations);
        }

        if (_named.Select(field => body[field]).OfType<JsonValue>().FirstOrDefault()?.ToString() is { } name && kind is not "plugins" && Find(kind, name) is not null)
        {
            return (409, new JsonObject
            {
                ["code"] = 5, ["name"] = "unique constraint violation", ["message"] = $"UNIQUE violation detected on '{{name=\"{name}\"}}'", ["fields"] = new JsonObject { ["name"] = name },
            });
        }

        foreach (var field in (FakeSchemas.Find(kind)?["fields"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(field => field))
        {
            if (!body.ContainsKey(field.Key))
            {
                body[field.Key] = field.Value?["auto"] is null ? field.Value?["default"]?.DeepClone() : null;
            }
        }

        return (201, Copy(Add(kind, (JsonObject)body.DeepClone())));
    }

    private (int, JsonObject?) Update(string kind, string key, JsonObject body)
    {
        if (Find(kind, key) is not { } entity)
        {
            return (404, Message("Not found"));
        }

        var merged = (JsonObject)entity.DeepClone();
        foreach (var (name, value) in body)
        {
            merged[name] = value?.DeepClone();
        }

        if (Violations(kind, merged) is { } violations)
        {
            return (400, violations);
        }

        this[kind][this[kind].IndexOf(entity)] = merged;
        return (200, Copy(merged));
    }

    private (int, JsonObject?) Delete(string kind, string key)
    {
        if (kind == "services" && this["routes"].Any(route => (string?)route["service"]?["id"] == Id(kind, key)))
        {
            return (400, new JsonObject
            {
                ["code"] = 4, ["name"] = "foreign key violation", ["message"] = "an existing 'routes' entity references this 'services' entity", ["fields"] = new JsonObject { ["@referenced_by"] = "routes" },
            });
        }

        this[kind].RemoveAll(entity => entity == Find(kind, key));
        return (204, null);
    }

    private static JsonObject? Violations(string kind, JsonObject body)
    {
        var fields = new JsonObject();
        if (kind == "services")
        {
            if (body["host"] is not JsonValue)
            {
                fields["host"] = "required field missing";
            }

            if (body["port"] is JsonValue port && (!port.TryGetValue<int>(out var number) || number is < 0 or > 65535))
            {
                fields["port"] = "value should be between 0 and 65535";
            }
        }

        if (kind == "routes")
        {
            if (!new[] { "hosts", "paths", "methods", "headers" }.Any(name => body[name] is JsonArray { Count: > 0 } or JsonObject { Count: > 0 }))
            {
                fields["@entity"] = new JsonArray("must set one of 'methods', 'hosts', 'headers', 'paths' when 'protocols' is 'http'");
            }

            if (body["paths"] is JsonArray paths && paths.Any(path => path!.ToString()[0] is not ('/' or '~')))
            {
                fields["paths"] = new JsonArray([.. paths.Select(path => path!.ToString()[0] is '/' or '~' ? null : (JsonNode)"should start with: / (fixed path) or ~/ (regex path)")]);
            }
        }

        return fields.Count == 0 ? null : new JsonObject
        {
            ["code"] = 2, ["name"] = "schema violation", ["message"] = $"schema violation ({string.Join("; ", fields.Select(field => $"{field.Key}: {field.Value}"))})", ["fields"] = fields,
        };
    }

    private static JsonObject Page(string kind, List<JsonObject> all, IQueryCollection query)
    {
        var tag = query["tags"].ToString();
        var search = query["search"].ToString();
        var (sort, falling) = query["sort_desc"].ToString() is { Length: > 0 } field ? (field, true) : (query["sort"].ToString(), false);
        var rows = all.Where(row => tag.Length == 0 || (row["tags"] as JsonArray ?? []).Any(t => t!.ToString() == tag))
            .Where(row => search.Length == 0 || row.Any(f => f.Value?.ToString().Contains(search, StringComparison.OrdinalIgnoreCase) is true)).ToList();
        if (sort.Length > 0)
        {
            rows = [.. rows.OrderBy(row => row[sort] is JsonValue value && value.TryGetValue<double>(out var number) ? number : 0).ThenBy(row => row[sort]?.ToString(), StringComparer.OrdinalIgnoreCase)];
            rows.Reverse(0, falling ? rows.Count : 0);
        }

        var size = int.TryParse(query["size"], CultureInfo.InvariantCulture, out var s) ? s : 100;
        var start = query["offset"].ToString() is { Length: > 0 } offset ? int.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(offset)), CultureInfo.InvariantCulture) : 0;
        var page = new JsonObject { ["data"] = new JsonArray([.. rows.Skip(start).Take(size).Select(Copy)]), ["next"] = null };
        if (query["total"] == "true")
        {
            page["total"] = rows.Count;
        }

        if (start + size < rows.Count)
        {
            var next = Convert.ToBase64String(Encoding.UTF8.GetBytes((start + size).ToString(CultureInfo.InvariantCulture)));
            page["offset"] = next;
            page["next"] = $"/{kind}?offset={next}";
        }

        return page;
    }

    private JsonObject? Find(string kind, string key) =>
        this[kind].FirstOrDefault(entity => (string?)entity["id"] == key || _named.Any(field => (string?)(entity[field] as JsonValue) == key));

    private string? Id(string kind, string key) => (string?)Find(kind, key)?["id"];

    private static JsonObject With(JsonObject body, string field, string? id)
    {
        body[field] = new JsonObject { ["id"] = id };
        return body;
    }

    private static JsonObject Copy(JsonObject entity) => (JsonObject)entity.DeepClone();

    private static JsonObject Message(string text) => new() { ["message"] = text };
}
