using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>Shows the schemas of entities and plugins, and judges documents by them without storing anything.</summary>
internal sealed class SchemaEndpoints(EntityTables tables, ControlPlaneOptions options, TimeProvider time)
{
    private const string Valid = "schema validation successful";

    public IEnumerable<(string Path, Resource Resource)> Resources =>
    [
        ("/schemas/plugins/validate", new Resource { Post = request => Done(Validate(request, "plugins")) }),
        ("/schemas/vaults/validate", new Resource { Post = request => Done(Validate(request, "vaults")) }),
        ("/schemas/vaults/{name}", new Resource { Get = request => Done(Vault(request.Segments[2])) }),
        ("/schemas/plugins/{name}", new Resource { Get = request => Done(Plugin(request.Segments[2], SchemaRenderer.Record)) }),
        ("/schemas/{name}", new Resource { Get = request => Done(Entity(request.Segments[1])) }),
        ("/schemas/{db_entity_name}/validate", new Resource { Post = request => Done(Validate(request, request.Segments[1])) }),
        ("/plugins/schema/{name}", new Resource { Get = request => Done(Plugin(request.Segments[2], s => Config(s))) }),
        ("/plugins/enabled", new Resource { Get = _ => Done(Enabled()) }),
    ];

    private static Task<AdminAnswer> Done(AdminAnswer answer) => Task.FromResult(answer);

    private AdminAnswer Enabled() => AdminAnswer.Ok(new JsonObject
    {
        ["enabled_plugins"] = new JsonArray([.. options.Plugins.Plugins.Select(p => (JsonNode?)p.Name)]),
    });

    private AdminAnswer Entity(string name) => tables.Catalog.Find(name) is { } schema
        ? AdminAnswer.Ok(SchemaRenderer.Record(schema))
        : AdminAnswer.Problem(StatusCodes.Status404NotFound, $"No entity named '{name}'");

    private AdminAnswer Plugin(string name, Func<RecordSchema, JsonObject> render) => options.Plugins.Find(name) is { } plugin
        ? AdminAnswer.Ok(render(plugin.Schema))
        : AdminAnswer.Problem(StatusCodes.Status404NotFound, $"No plugin named '{name}'");

    private AdminAnswer Vault(string name) => tables.Catalog["vaults"].Subschemas.GetValueOrDefault(name) is { } vault
        ? AdminAnswer.Ok(SchemaRenderer.Record(vault))
        : AdminAnswer.Problem(StatusCodes.Status404NotFound, $"No vault named '{name}'");

    private static JsonObject Config(RecordSchema plugin) => SchemaRenderer.Record(plugin.Field("config")!.Record!);

    private AdminAnswer Validate(AdminRequest request, string name)
    {
        if (tables.Catalog.Find(name) is not { } schema)
        {
            return AdminAnswer.Problem(StatusCodes.Status404NotFound, $"No entity named '{name}'");
        }

        // The arguments of the query count too, and nothing is taken for another kind than it is.
        var document = request.Body.Plain();
        foreach (var (argument, values) in request.Query.Where(q => !document.ContainsKey(q.Key)))
        {
            document[argument] = values is [var value] ? value : new JsonArray([.. values.Select(v => (JsonNode?)v)]);
        }

        var parsed = SchemaParser.Parse(schema, document, new ParseOptions { Mode = ParseMode.Insert, Entities = tables.Catalog.Find, Time = time });
        return parsed.Violations is { } violations
            ? AdminErrors.Answer(StoreError.Schema(violations))
            : AdminAnswer.Problem(StatusCodes.Status200OK, Valid);
    }
}
