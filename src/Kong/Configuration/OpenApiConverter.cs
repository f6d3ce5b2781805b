using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>Makes a declarative configuration of an OpenAPI 3 description: a service for its servers and a route for each operation.</summary>
/// <remarks>
/// Takes the extensions that Kong's users write into descriptions: <c>x-kong-name</c>, <c>x-kong-tags</c>, <c>x-kong-service-defaults</c>,
/// <c>x-kong-route-defaults</c>, <c>x-kong-upstream-defaults</c> and <c>x-kong-plugin-{name}</c>, at the document, the path or the operation;
/// what stands nearer to the operation counts.
/// </remarks>
internal sealed partial class OpenApiConverter
{
    private static readonly string[] _methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    private readonly JsonObject _document;
    private readonly JsonArray _tags;
    private readonly string _name;
    private readonly JsonArray _services = [];
    private readonly JsonArray _upstreams = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private OpenApiConverter(JsonObject document, IReadOnlyList<string> tags)
    {
        _document = document;
        _tags = [.. (tags.Count > 0 ? tags : [.. (document["x-kong-tags"] as JsonArray ?? []).Select(Json.Text)]).Select(t => (JsonNode)t)];
        _name = Slug(Json.String(document["x-kong-name"]) ?? Json.String(document["info"]?["title"]) ?? "openapi");
    }

    /// <summary>Converts a description.</summary>
    /// <param name="description">The description, as JSON values.</param>
    /// <param name="tags">The tags of all entities; without any, those of <c>x-kong-tags</c>.</param>
    /// <exception cref="ConfigFailure">It is no OpenAPI 3 description, or names something that cannot be converted.</exception>
    public static JsonObject Convert(JsonNode? description, IReadOnlyList<string> tags)
    {
        if (description is not JsonObject document || Json.String(document["openapi"]) is not { } version || !version.StartsWith("3.", StringComparison.Ordinal))
        {
            throw new ConfigFailure("this is not an OpenAPI 3 description: the field 'openapi' with a version such as 3.1.0 is missing");
        }

        return new OpenApiConverter(document, tags).Convert();
    }

    private JsonObject Convert()
    {
        var service = Service(_name, _document["servers"], _document);
        foreach (var (path, node) in Object(_document["paths"], "paths"))
        {
            if (path.StartsWith("x-", StringComparison.Ordinal))
            {
                continue;
            }

            var item = Object(Resolved(node, $"paths.{path}"), $"paths.{path}");
            var pathService = item["servers"] is null && Extension(item, "x-kong-service-defaults") is null ? service
                : Service(Unique($"{_name}_{Slug(Json.String(item["x-kong-name"]) ?? path)}"), item["servers"] ?? _document["servers"], item);
            foreach (var method in _methods.Where(item.ContainsKey))
            {
                Operation(path, method, item, Object(item[method], $"paths.{path}.{method}"), pathService);
            }
        }

        var file = new JsonObject { ["_format_version"] = "3.0" };
        if (_upstreams.Count > 0)
        {
            file["upstreams"] = _upstreams;
        }

        file["services"] = _services;
        return file;
    }

    private void Operation(string path, string method, JsonObject item, JsonObject operation, JsonObject pathService)
    {
        var name = Unique($"{_name}_{Slug(Json.String(operation["x-kong-name"]) ?? Json.String(operation["operationId"]) ?? $"{path}_{method}")}");
        var service = operation["servers"] is null && Extension(operation, "x-kong-service-defaults") is null ? pathService
            : Service($"{name}_service", operation["servers"] ?? item["servers"] ?? _document["servers"], operation);
        var isTemplate = path.Contains('{', StringComparison.Ordinal);
        var route = Defaults("x-kong-route-defaults", _document, item, operation);
        Name(route, name);
        route["paths"] = new JsonArray(PathPattern(path));
        route["methods"] = new JsonArray(method.ToUpperInvariant());
        // A path without parameters goes before one whose parameter would take the same text.
        route["regex_priority"] ??= isTemplate ? 100 : 200;
        route["strip_path"] ??= false;
        Tag(route);
        if (Plugins(item, operation) is { Count: > 0 } plugins)
        {
            route["plugins"] = plugins;
        }

        ((JsonArray)(service["routes"] ??= new JsonArray())).Add((JsonNode)route);
    }

    /// <summary>The service for some servers; several of them become the targets of an upstream.</summary>
    private JsonObject Service(string name, JsonNode? servers, JsonObject at)
    {
        var addresses = (servers as JsonArray ?? []).Select((s, i) => Address(s, $"servers[{i}]")).ToArray();
        var first = addresses.Length > 0 ? addresses[0] : new Uri("http://localhost/");
        var service = Defaults("x-kong-service-defaults", _document, at);
        var upstream = Defaults("x-kong-upstream-defaults", _document, at);
        Name(service, name);
        service["protocol"] ??= first.Scheme;
        service["port"] ??= first.Port;
        service["path"] ??= first.AbsolutePath.TrimEnd('/') is { Length: > 0 } prefix ? prefix : "/";
        if (addresses.Length > 1 || upstream.Count > 0)
        {
            var host = $"{name}.upstream";
            Name(upstream, host);
            upstream["targets"] = new JsonArray([.. (addresses.Length > 0 ? addresses : [first]).Select(a => Tagged(new JsonObject { ["target"] = $"{a.Host}:{a.Port}" }))]);
            Tag(upstream);
            _upstreams.Add((JsonNode)upstream);
            service["host"] ??= host;
        }
        else
        {
            service["host"] ??= first.Host;
        }

        Tag(service);
        // Those of the document hold for every request, whichever servers a path has; those of paths and operations belong to the routes.
        if (Plugins(_document) is { Count: > 0 } plugins)
        {
            service["plugins"] = plugins;
        }

        _services.Add((JsonNode)service);
        return service;
    }

    private JsonArray Plugins(params JsonObject[] levels)
    {
        const string Prefix = "x-kong-plugin-";
        var byName = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var (key, value) in levels.SelectMany(l => l).Where(p => p.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var plugin = (JsonObject)Object(Resolved(value, key), key).DeepClone();
            Name(plugin, Json.String(plugin["name"]) ?? key[Prefix.Length..]);
            byName[Json.Text(plugin["name"])] = Tagged(plugin);
        }

        return new JsonArray([.. byName.Values]);
    }

    /// <summary>The defaults of an extension, laid over each other from the document to the operation.</summary>
    private JsonObject Defaults(string extension, params JsonObject[] levels)
    {
        var all = new JsonObject();
        foreach (var (key, value) in levels.Select(l => Extension(l, extension)).OfType<JsonObject>().SelectMany(d => d))
        {
            all[key] = value?.DeepClone();
        }

        return all;
    }

    private JsonObject? Extension(JsonObject level, string extension) => level[extension] is { } node ? Object(Resolved(node, extension), extension) : null;

    private static Uri Address(JsonNode? server, string where)
    {
        var url = Json.String(server?["url"]) ?? throw new ConfigFailure($"{where}: a server has an url");
        url = Parameter().Replace(url, m => Json.String(server!["variables"]?[m.Groups[1].Value]?["default"]) ?? throw new ConfigFailure($"{where}: the variable '{m.Groups[1].Value}' has no default"));
        // An address without a host is relative to where the description was found, which nobody knows here.
        url = url.StartsWith("//", StringComparison.Ordinal) ? "https:" + url : url.StartsWith('/') ? "http://localhost" + url : url;
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address! : throw new ConfigFailure($"{where}: '{url}' is not an http or https address");
    }

    /// <summary>The route's path: a regular expression that ends where the template does, each parameter being one segment.</summary>
    private static string PathPattern(string path)
    {
        if (!path.StartsWith('/'))
        {
            throw new ConfigFailure($"paths: '{path}' does not begin with a slash");
        }

        var pattern = new System.Text.StringBuilder("~");
        var end = 0;
        foreach (Match parameter in Parameter().Matches(path))
        {
            var group = NoGroupCharacter().Replace(parameter.Groups[1].Value, "_");
            group = char.IsAsciiDigit(group[0]) ? "_" + group : group;
            pattern.Append(Escaped(path[end..parameter.Index])).Append("(?<").Append(group.Length > 32 ? group[..32] : group).Append(">[^#?/]+)");
            end = parameter.Index + parameter.Length;
        }

        return pattern.Append(Escaped(path[end..])).Append('$').ToString();
    }

    private static string Escaped(string literal) => SpecialCharacter().Replace(literal, @"\$0");

    private JsonNode? Resolved(JsonNode? node, string where)
    {
        for (var hops = 0; Json.String((node as JsonObject)?["$ref"]) is { } reference; hops++)
        {
            if (!reference.StartsWith("#/", StringComparison.Ordinal) || hops > 10)
            {
                throw new ConfigFailure($"{where}: the reference '{reference}' does not lead to a place in this document");
            }

            node = reference[2..].Split('/').Select(s => Uri.UnescapeDataString(s).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))
                .Aggregate((JsonNode?)_document, (at, part) => (at as JsonObject)?[part]) ?? throw new ConfigFailure($"{where}: there is no '{reference}'");
        }

        return node;
    }

    private static JsonObject Object(JsonNode? node, string where) => node as JsonObject ?? throw new ConfigFailure($"{where}: expected an object");

    private string Unique(string name)
    {
        var unique = name;
        for (var i = 2; !_names.Add(unique); i++)
        {
            unique = $"{name}_{i}";
        }

        return unique;
    }

    private static void Name(JsonObject entity, string name)
    {
        entity.Remove("name");
        entity.Insert(0, "name", name);
    }

    private void Tag(JsonObject entity) => Tagged(entity);

    private JsonObject Tagged(JsonObject entity)
    {
        if (_tags.Count > 0)
        {
            entity["tags"] ??= _tags.DeepClone();
        }

        return entity;
    }

    private static string Slug(string text) => NoNameCharacters().Replace(text.ToLowerInvariant(), "-").Trim('-') is { Length: > 0 } slug ? slug : "root";

    [GeneratedRegex(@"\{([^{}/]+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"[^A-Za-z0-9_]")]
    private static partial Regex NoGroupCharacter();

    [GeneratedRegex(@"[.*+?^$()\[\]{}|\\#]")]
    private static partial Regex SpecialCharacter();

    [GeneratedRegex(@"[^a-z0-9._~]+")]
    private static partial Regex NoNameCharacters();
}
