using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin.OpenApi;

/// <summary>The <c>components</c> of the document: entities, errors, and the parameters that lists share.</summary>
/// <param name="catalog">The entities of this node.</param>
internal sealed class OpenApiComponents(EntityCatalog catalog)
{
    private static readonly (int Status, string Name, string Description, string Schema)[] _errors =
    [
        (StatusCodes.Status400BadRequest, "BadRequest", "The request is refused; `fields` says what is wrong, field by field.", "Error"),
        (StatusCodes.Status404NotFound, "NotFound", "There is no such row.", "Message"),
        (StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", "The path has no such method.", "Message"),
        (StatusCodes.Status409Conflict, "Conflict", "A unique value is taken.", "Error"),
        (StatusCodes.Status413PayloadTooLarge, "PayloadTooLarge", "The body is larger than 10 MiB.", "Message"),
        (StatusCodes.Status415UnsupportedMediaType, "UnsupportedMediaType", "The body is neither JSON nor a form.", ""),
        (StatusCodes.Status503ServiceUnavailable, "Unavailable", "The database does not answer.", "Message"),
    ];

    /// <summary>The name of an entity's component.</summary>
    public static string NameOf(EntitySchema entity) => entity.ClrType?.Name ?? Words(entity.Name);

    /// <summary>A reference to a component.</summary>
    public static JsonObject Reference(string section, string name) => new() { ["$ref"] = $"#/components/{section}/{name}" };

    /// <summary>References to the errors of some statuses.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Errors(params int[] statuses) => _errors.Where(e => statuses.Contains(e.Status))
        .Select(e => KeyValuePair.Create<string, JsonNode?>(e.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), Reference("responses", e.Name)));

    /// <summary>The whole section.</summary>
    public JsonObject Render()
    {
        var schemas = new JsonObject { ["Message"] = Message(), ["Error"] = Error() };
        foreach (var entity in catalog.Entities.Where(e => e is { AdminApi: true, Unavailable: null }))
        {
            var name = NameOf(entity);
            schemas[name] = Variants(entity, JsonSchemas.Read(entity), name);
            schemas[name + "Input"] = Variants(entity, JsonSchemas.Write(entity), name);
            schemas[name + "Patch"] = JsonSchemas.Patch(entity);
            foreach (var (key, variant) in entity.Subschemas.Where(s => s.Value.Field("config")?.Record is not null))
            {
                schemas[$"{name}Config.{key}"] = JsonSchemas.Patch(variant.Field("config")!.Record!);
            }
        }

        return new JsonObject
        {
            ["schemas"] = schemas,
            ["parameters"] = Parameters(),
            ["responses"] = new JsonObject(_errors.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Name, Response(e.Description, e.Schema)))),
        };
    }

    /// <summary>Where a field selects a variant, its configuration follows from the selection.</summary>
    private static JsonObject Variants(EntitySchema entity, JsonObject shape, string name)
    {
        var variants = entity.Subschemas.Where(s => s.Value.Field("config")?.Record is not null).Select(s => (JsonNode?)new JsonObject
        {
            ["if"] = new JsonObject
            {
                ["properties"] = new JsonObject { [entity.SubschemaKey!] = new JsonObject { ["const"] = s.Key } }, ["required"] = new JsonArray(entity.SubschemaKey!),
            },
            ["then"] = new JsonObject { ["properties"] = new JsonObject { ["config"] = Reference("schemas", $"{name}Config.{s.Key}") } },
        }).ToArray();
        if (variants.Length > 0)
        {
            shape["allOf"] = new JsonArray(variants);
        }

        return shape;
    }

    private static JsonObject Response(string description, string schema)
    {
        var response = new JsonObject { ["description"] = description };
        if (schema.Length > 0)
        {
            response["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Reference("schemas", schema) } };
        }

        return response;
    }

    private static JsonObject Message() => new()
    {
        ["type"] = "object", ["properties"] = new JsonObject { ["message"] = new JsonObject { ["type"] = "string" } }, ["required"] = new JsonArray("message"),
    };

    private static JsonObject Error() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["code"] = new JsonObject { ["type"] = "integer", ["description"] = "The kind of error: 2 a violation of the schema, 4 a reference to nothing, 5 a unique value that is taken ..." },
            ["name"] = new JsonObject { ["type"] = "string" },
            ["message"] = new JsonObject { ["type"] = "string" },
            ["fields"] = new JsonObject { ["type"] = "object", ["description"] = "What is wrong, in the shape of the entity; rules between fields are under `@entity`" },
            ["options"] = new JsonObject { ["type"] = "object", ["description"] = "What is wrong with the query's arguments" },
        },
        ["required"] = new JsonArray("message"),
    };

    private static JsonObject Parameters() => new()
    {
        ["size"] = Query("size", "How many rows a page has at most.", new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 1000, ["default"] = 100 }),
        ["offset"] = Query("offset", "Where the page begins: the `offset` of the page before.", new() { ["type"] = "string" }),
        ["tags"] = Query("tags", "Only rows with these tags: `a,b` with all of them, `a/b` with one of them; at most five.", new() { ["type"] = "string" }),
        ["search"] = Query("search", "Only rows of which a name-like field contains this text.", new() { ["type"] = "string" }),
        ["sort"] = Query("sort", "The field by which the rows are sorted; a field's own name as a parameter asks for a value of it.", new() { ["type"] = "string" }),
        ["sort_desc"] = Query("sort_desc", "Whether the greatest value comes first.", new() { ["type"] = "boolean", ["default"] = false }),
        ["total"] = Query("total", "Whether the answer tells how many rows there are on all pages.", new() { ["type"] = "boolean", ["default"] = false }),
    };

    private static JsonObject Query(string name, string description, JsonObject schema) => new() { ["name"] = name, ["in"] = "query", ["description"] = description, ["schema"] = schema };

    private static string Words(string name) => string.Concat(name.Split('_', '-').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
}
