using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin.OpenApi;

/// <summary>The operations of one path: what it takes and what it answers.</summary>
internal static class OpenApiOperations
{
    private static readonly string[] _forms = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];
    private static readonly HashSet<string> _texts = ["/metrics", "/robots.txt", "/openapi"];

    // What paths that hold no entities are for, by the method that says most.
    private static readonly Dictionary<string, string> _purposes = new(StringComparer.Ordinal)
    {
        ["/"] = "This node: version, plugins, and the configuration in force", ["/status"] = "Memory, connections and requests of this node, and whether its database answers",
        ["/status/dns"] = "What the names of upstreams were asked for", ["/endpoints"] = "Every path of this API", ["/openapi.json"] = "This document", ["/openapi"] = "This document as a page",
        ["/timers"] = "What works in the background of this node", ["/metrics"] = "Metrics for Prometheus", ["/robots.txt"] = "Keeps crawlers away", ["/auth"] = "Whether a name and password are an administrator's",
        ["/config"] = "The configuration as a file, on a node without a database", ["/batch"] = "Many writes in one transaction: all of them, or none",
        ["/plugins/enabled"] = "The plugins of this node", ["/plugins/schema/{name}"] = "The schema of a plugin's configuration",
        ["/schemas/{name}"] = "The schema of an entity", ["/schemas/plugins/{name}"] = "The schema of a plugin", ["/schemas/vaults/{name}"] = "The schema of a vault",
        ["/schemas/filters/{name}"] = "The schema of a filter", ["/schemas/plugins/validate"] = "Judges a plugin without storing it", ["/schemas/vaults/validate"] = "Judges a vault without storing it",
        ["/schemas/{db_entity_name}/validate"] = "Judges an entity without storing it", ["/cache"] = "Forgets all cached entities", ["/cache/{key}"] = "A cached entity",
        ["/debug/node/log-level"] = "The log level of this node", ["/debug/node/log-level/{log_level}"] = "Changes the log level of this node for `timeout` seconds",
        ["/debug/cluster/log-level/{log_level}"] = "Changes the log level of all nodes on this database for `timeout` seconds",
        ["/debug/cluster/control-planes-nodes/log-level/{log_level}"] = "Changes the log level of all control planes on this database for `timeout` seconds",
        ["/clustering/data-planes"] = "The data planes of this cluster", ["/clustering/data-planes/live"] = "The data planes as server-sent events", ["/clustering/status"] = "The data planes by id (deprecated)",
        ["/upstreams/{upstreams}/health"] = "The health of an upstream's targets", ["/upstreams/{upstreams}/health/data-planes"] = "The health of an upstream's targets per node, with reasons",
        ["/vitals/live"] = "Traffic by second as server-sent events", ["/vitals/requests/live"] = "Some of the requests as server-sent events", ["/tags"] = "Every tag of every row",
        ["/tags/{tags}"] = "The rows with a tag",
    };

    /// <summary>The path's operations.</summary>
    public static JsonObject Render(MappedPath path)
    {
        var item = new JsonObject();
        var parameters = path.Segments.Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}')).Select(p => (JsonNode?)PathParameter(path, p)).ToArray();
        if (parameters.Length > 0)
        {
            item["parameters"] = new JsonArray(parameters);
        }

        if (path.Refused)
        {
            // The original lists it, and answers nothing else.
            item["get"] = new JsonObject
            {
                ["operationId"] = IdOf(path, HttpMethods.Get), ["tags"] = new JsonArray(GroupOf(path)), ["summary"] = "Refused on this node, whatever is asked",
                ["responses"] = new JsonObject(OpenApiComponents.Errors(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound)),
            };
            return item;
        }

        foreach (var method in path.Methods)
        {
            item[method.ToLowerInvariant()] = Operation(path, method);
        }

        if (path.Methods.Contains(HttpMethods.Get))
        {
            item["head"] = Short(path, "Head", "The headers of GET", StatusCodes.Status200OK);
        }

        item["options"] = Short(path, "Options", "The methods of this path", StatusCodes.Status204NoContent);
        return item;
    }

    private static JsonObject Operation(MappedPath path, string method)
    {
        var operation = new JsonObject { ["operationId"] = IdOf(path, method), ["tags"] = new JsonArray(GroupOf(path)), ["summary"] = Summary(path, method) };
        if (path.Shape is { Kind: ShapeKind.Collection } && method == HttpMethods.Get)
        {
            operation["parameters"] = new JsonArray([.. new[] { "size", "offset", "tags", "search", "sort", "sort_desc", "total" }.Where(p => p is not "tags" || (path.Shape.Parent is null && path.Shape.Entity.Field("tags") is not null)).Select(p => (JsonNode?)OpenApiComponents.Reference("parameters", p))]);
        }

        if (method == HttpMethods.Post || method == HttpMethods.Put || method == HttpMethods.Patch)
        {
            operation["requestBody"] = Body(path, method);
        }

        operation["responses"] = Responses(path, method);
        return operation;
    }

    private static JsonObject Body(MappedPath path, string method)
    {
        var schema = path.Shape is { } shape
            ? OpenApiComponents.Reference("schemas", OpenApiComponents.NameOf(shape.Entity) + (method == HttpMethods.Patch ? "Patch" : "Input"))
            : new JsonObject { ["type"] = "object" };
        return new JsonObject { ["content"] = new JsonObject(_forms.Select(f => KeyValuePair.Create<string, JsonNode?>(f, new JsonObject { ["schema"] = schema.DeepClone() }))) };
    }

    private static JsonObject Responses(MappedPath path, string method)
    {
        var responses = new JsonObject();
        var isEntity = path.Shape is not null;
        if (method == HttpMethods.Delete)
        {
            responses["204"] = new JsonObject { ["description"] = "It is gone, or was not there." };
        }
        else
        {
            var status = isEntity && method == HttpMethods.Post ? "201" : "200";
            responses[status] = new JsonObject { ["description"] = status is "201" ? "It was made." : "The answer.", ["content"] = Content(path, method) };
        }

        var errors = isEntity
            ? method switch
            {
                "GET" => new[] { 400, 404, 503 },
                "DELETE" => [400, 404, 503],
                _ => [400, 404, 409, 413, 415, 503],
            }
            : method is "GET" or "DELETE" ? [400, 404] : [400, 404, 413, 415];
        foreach (var (code, response) in OpenApiComponents.Errors(errors))
        {
            responses[code] = response;
        }

        return responses;
    }

    private static JsonObject Content(MappedPath path, string method)
    {
        if (_texts.Contains(path.Path))
        {
            return new JsonObject { [path.Path is "/openapi" ? "text/html" : "text/plain"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } };
        }

        if (path.Path.EndsWith("/live", StringComparison.Ordinal))
        {
            return new JsonObject { ["text/event-stream"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } };
        }

        var schema = path.Shape is not { } shape ? new JsonObject { ["type"] = "object" }
            : shape.Kind is ShapeKind.Collection && method == HttpMethods.Get ? Page(OpenApiComponents.NameOf(shape.Entity))
            : OpenApiComponents.Reference("schemas", OpenApiComponents.NameOf(shape.Entity));
        return new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } };
    }

    private static JsonObject Page(string component) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["data"] = new JsonObject { ["type"] = "array", ["items"] = OpenApiComponents.Reference("schemas", component) },
            ["next"] = new JsonObject { ["type"] = new JsonArray("string", "null"), ["description"] = "The path of the next page" },
            ["offset"] = new JsonObject { ["type"] = "string", ["description"] = "Where the next page begins; not there on the last" },
        },
        ["required"] = new JsonArray("data", "next"),
    };

    private static JsonObject Short(MappedPath path, string prefix, string summary, int status) => new()
    {
        ["operationId"] = IdOf(path, prefix),
        ["tags"] = new JsonArray(GroupOf(path)),
        ["summary"] = summary,
        ["responses"] = new JsonObject { [status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new JsonObject { ["description"] = "The headers alone." } },
    };

    private static JsonObject PathParameter(MappedPath path, string name)
    {
        var isEntity = path.Shape is not null || name == path.Segments[0];
        return new JsonObject
        {
            ["name"] = name,
            ["in"] = "path",
            ["required"] = true,
            ["description"] = isEntity ? $"The id of one of {name}, or its name where it has one" : $"The {name.Replace('_', ' ')}",
            ["schema"] = new JsonObject { ["type"] = "string" },
        };
    }

    /// <summary>The group in which a path is shown: what it begins with, or the node.</summary>
    public static string GroupOf(MappedPath path) => path.Segments[0] switch
    {
        "" or "status" or "endpoints" or "timers" or "metrics" or "debug" or "cache" or "config" or "robots.txt" or "openapi" or "openapi.json" or "auth" or "batch" => "node",
        var first => first,
    };

    private static string Summary(MappedPath path, string method)
    {
        if (path.Shape is { } shape)
        {
            var (what, below) = (shape.Entity.Name.Replace('_', ' '), shape.Parent is null ? "" : $" of one of {shape.Parent.Name.Replace('_', ' ')}");
            return (shape.Kind, method) switch
            {
                (ShapeKind.Collection, "GET") => $"Lists {what}{below}",
                (ShapeKind.Collection, _) => $"Adds to {what}{below}",
                (_, "GET") => $"Reads one of {what}{below}",
                (_, "PUT") => $"Writes one of {what}{below} whole, new or not",
                (_, "PATCH") => $"Changes fields of one of {what}{below}",
                _ => $"Deletes one of {what}{below}",
            };
        }

        return _purposes.GetValueOrDefault(path.Path) ?? $"{method} {path.Path}";
    }

    private static string IdOf(MappedPath path, string method) =>
        method.ToLowerInvariant() + string.Concat(path.Segments.Where(s => s.Length > 0).Select(s => "-" + (s.StartsWith('{') ? "by-" : "") + s.Trim('{', '}').Replace('.', '-')));
}
