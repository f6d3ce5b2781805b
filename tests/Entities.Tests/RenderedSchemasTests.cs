using System.Text.Json.Nodes;
using Gateway.Plugins;
using Gateway.Schema;
using Gateway.Testing;

namespace Gateway.Entities.Tests;

/// <summary>Holds what <c>/schemas</c> shows of every declared entity and plugin against the original's.</summary>
public sealed class RenderedSchemasTests
{
    // What is not compared: functions, which JSON cannot show, and the help texts, which are our own.
    private static readonly string[] _notes = ["custom_validator", "func", "fn"];

    [SharedFact]
    public void Entities_Rendered_EqualTheOriginals() => Differences(
        Originals(BundledPlugins.Catalog.Entities).Select(e => ("entities", e.Name, SchemaRenderer.Record(e)))).ShouldBeEmpty();

    [SharedFact]
    public void Routes_WithExpressions_EqualTheOriginals()
    {
        var routes = BundledPlugins.Catalog.EntitiesWith(Features.Expressions)["routes"];
        Differences(routes.Subschemas.Values.Distinct()
            .Select(s => ("entities", $"routes.subschema.{(s.Name is "tcp" ? "stream" : s.Name)}.expressions", SchemaRenderer.Record(s)))
            .Append(("entities", "routes.expressions", SchemaRenderer.Record(routes)))).ShouldBeEmpty();
    }

    [SharedFact]
    public void Vaults_Rendered_EqualTheOriginals() => Differences(BundledPlugins.Catalog.Entities["vaults"].Subschemas.Values
        .Select(s => ("entities", $"vaults.subschema.{s.Name}", SchemaRenderer.Record(s)))).ShouldBeEmpty();

    [SharedFact]
    public void Plugins_Rendered_EqualTheOriginals() => Differences(
        BundledPlugins.Catalog.Plugins.Select(p => ("plugins", p.Name, SchemaRenderer.Record(p.Schema)))).ShouldBeEmpty();

    [SharedFact]
    public void PluginSettings_Rendered_EqualTheOriginals()
    {
        var settings = typeof(BundledPlugins).Assembly.GetExportedTypes()
            .Where(t => t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IPluginConfig<>))).ToArray();
        settings.Length.ShouldBeGreaterThan(1);
        var found = new List<string>();
        foreach (var type in settings)
        {
            // A plugin is named after its folder, and the folder after the plugin.
            var name = Wire.Name(type.Namespace!.Split('.')[^1]).Replace('_', '-');
            var original = Read("plugins", name).ShouldNotBeNull(name);
            var field = new FieldSchema { Type = FieldType.Record, Required = true, Record = SchemaReader.Record(type) };
            var config = original["fields"]!.AsArray().Single(f => f!["config"] is not null)!["config"];
            Compare($"{name}.config", WithoutNotes(SchemaRenderer.Field(field)), WithoutNotes(config), found);
            var checks = new JsonArray([.. SchemaReader.PluginChecks(type).Select(c => (JsonNode?)c.Show())]);
            Compare($"{name}.entity_checks", WithoutNotes(checks), WithoutNotes(original["entity_checks"]), found);
        }

        found.ShouldBeEmpty();
    }

    [SharedFact]
    public void RouteVariants_Rendered_EqualTheOriginals() => Differences(BundledPlugins.Catalog.Entities["routes"].Subschemas.Values.Distinct()
        .Select(s => ("entities", $"routes.subschema.{(s.Name is "tcp" ? "stream" : s.Name)}", SchemaRenderer.Record(s)))).ShouldBeEmpty();

    [SharedFact]
    public void RouteVariants_ApplyToTheProtocolsOfTheOriginals()
    {
        foreach (var (file, name) in new[] { ("http", "http"), ("stream", "tcp"), ("grpc", "grpc") })
        {
            var original = JsonNode.Parse(File.ReadAllText(SharedFolder.PathOf("kong", "schemas", "entities", $"routes.subschema.{file}.json")!))!["x_meta"]!;
            var variants = BundledPlugins.Catalog.Entities["routes"].Subschemas.Where(s => s.Value.Name == name).Select(s => s.Key);
            variants.ShouldBe(original["applies_to"]!.AsArray().Select(p => (string)p!), ignoreOrder: true);
        }
    }

    [SharedFact]
    public void Entities_AddressedStoredAndKeyed_AsTheOriginals()
    {
        var differences = new List<string>();
        foreach (var entity in Originals(BundledPlugins.Catalog.Entities))
        {
            var meta = Read("entities", entity.Name)!["x_meta"]!;
            Compare("endpoint_key", entity.EndpointKey, (string?)meta["endpoint_key"]);
            Compare("admin_api_name", entity.AdminName, (string?)meta["admin_api_name"] ?? entity.Name);
            Compare("admin_api_nested_name", entity.NestedName, (string?)meta["admin_api_nested_name"] ?? entity.AdminName);
            Compare("cache_key", string.Join(',', entity.CacheKey.Where(f => !entity.Field(f)!.Extension)), string.Join(',', (meta["cache_key"] as JsonArray ?? []).Select(k => (string)k!)));
            Compare("workspaceable", entity.Workspaceable, (bool?)meta["workspaceable"] ?? false);
            Compare("ttl", entity.Ttl, (bool?)meta["ttl"] ?? false);
            Compare("db_export", entity.Exported, (bool?)meta["db_export"] ?? true);
            // Workspaces have paths in the original's enterprise edition.
            Compare("generate_admin_api", entity.AdminApi && entity.Name is not "workspaces", (bool?)meta["generate_admin_api"] ?? true);
            Compare("subschema_key", entity.SubschemaKey, (string?)meta["subschema_key"]);

            void Compare(string what, object? ours, object? theirs)
            {
                if (!Equals(ours, theirs))
                {
                    differences.Add($"{entity.Name}: {what} is {ours ?? "null"}, the original's is {theirs ?? "null"}");
                }
            }
        }

        differences.ShouldBeEmpty();
    }

    private static IEnumerable<EntitySchema> Originals(EntityCatalog catalog) => catalog.Entities.Where(e => !e.Extension);

    private static List<string> Differences(IEnumerable<(string Folder, string Name, JsonObject Ours)> schemas)
    {
        var found = new List<string>();
        foreach (var (folder, name, ours) in schemas)
        {
            if (Read(folder, name) is not { } theirs)
            {
                found.Add($"{name}: the original has no such schema");
                continue;
            }

            Compare(name, WithoutNotes(ours), WithoutNotes(theirs), found);
        }

        return found;
    }

    private static JsonNode? Read(string folder, string name) =>
        SharedFolder.PathOf("kong", "schemas", folder, $"{name}.json") is { } path ? JsonNode.Parse(File.ReadAllText(path)) : null;

    private static JsonNode? WithoutNotes(JsonNode? node) => node switch
    {
        JsonObject record => new JsonObject(record.Where(f => !f.Key.StartsWith("x_", StringComparison.Ordinal) && !_notes.Contains(f.Key)
                && !(f.Key is "description" && f.Value is JsonValue))
            .Select(f => KeyValuePair.Create(f.Key, WithoutNotes(f.Value)))),
        JsonArray list => new JsonArray([.. list.Select(WithoutNotes)]),
        _ => node?.DeepClone(),
    };

    private static void Compare(string path, JsonNode? ours, JsonNode? theirs, List<string> found)
    {
        switch (ours, theirs)
        {
            case (JsonObject one, JsonObject other):
                foreach (var key in one.Select(f => f.Key).Union(other.Select(f => f.Key)).Order(StringComparer.Ordinal))
                {
                    if (one.ContainsKey(key) && other.ContainsKey(key))
                    {
                        Compare($"{path}.{key}", one[key], other[key], found);
                    }
                    else
                    {
                        found.Add($"{path}.{key}: {(one.ContainsKey(key) ? $"only ours: {one[key]?.ToJsonString()}" : $"only the original's: {other[key]?.ToJsonString()}")}");
                    }
                }

                break;
            case (JsonArray one, JsonArray other) when one.Count == other.Count:
                for (var i = 0; i < one.Count; i++)
                {
                    Compare($"{path}[{i}]", one[i], other[i], found);
                }

                break;
            case (_, JsonValue) when Json.String(theirs) is "<random>":
                if (Json.String(ours) is not { Length: > 30 })
                {
                    found.Add($"{path}: {ours?.ToJsonString()} is not long enough to be random");
                }

                break;
            default:
                if (!Json.Same(ours, theirs))
                {
                    found.Add($"{path}: {ours?.ToJsonString() ?? "null"}, the original's is {theirs?.ToJsonString() ?? "null"}");
                }

                break;
        }
    }
}
