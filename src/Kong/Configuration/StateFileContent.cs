using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Entities.Declarative;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>What declarative files say a gateway shall be.</summary>
internal sealed class StateFileContent
{
    private readonly DeclarativeConfig _config;

    private StateFileContent(DeclarativeConfig config, IReadOnlyList<string> selectTags) => (_config, SelectTags) = (config, selectTags);

    /// <summary>The tags that select the entities that the files are about (<c>_info.select_tags</c>).</summary>
    public IReadOnlyList<string> SelectTags { get; }

    /// <summary>The workspace that the files are about, or null.</summary>
    public string? Workspace => _config.WorkspaceName;

    /// <summary>Whether passwords stand in the files as they are typed.</summary>
    public bool Transforms => _config.Transforms;

    /// <summary>Reads files that together are one configuration.</summary>
    /// <param name="files">The files, and folders of files; <c>-</c> is the standard input.</param>
    /// <param name="selectTags">Tags that select the entities, beside those of the files.</param>
    /// <param name="template">Fills in variables of the environment.</param>
    /// <param name="catalog">All kinds.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConfigFailure">A file cannot be read, or something in it is wrong.</exception>
    public static StateFileContent Read(IReadOnlyList<string> files, IReadOnlyList<string> selectTags, FileTemplate template, EntityCatalog catalog, TimeProvider time)
    {
        var set = StateFileSet.Read(files, template);
        var document = set.Document;
        var info = document["_info"] as JsonObject ?? [];
        var tags = (info["select_tags"] as JsonArray ?? []).Select(Json.String).OfType<string>().Union(selectTags).ToArray();
        if (tags.Length > 0)
        {
            // An entity that is made carries the tags by which it will be found again.
            document["_info"] = new JsonObject(info.Where(p => p.Key is not "select_tags").Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())))
            {
                ["select_tags"] = new JsonArray([.. tags.Select(t => (JsonNode)t)]),
            };
        }

        Lift(document, "consumers", "username", "groups", "consumer_group_consumers", (consumer, group) => new JsonObject { ["consumer"] = consumer, ["consumer_group"] = ((group as JsonObject)?["name"] ?? group)?.DeepClone() });
        Lift(document, "consumer_groups", "name", "consumers", "consumer_group_consumers", (group, consumer) => new JsonObject { ["consumer"] = ((consumer as JsonObject)?["username"] ?? consumer)?.DeepClone(), ["consumer_group"] = group });
        Lift(document, "certificates", null, "snis", "snis", (certificate, sni) => sni is JsonObject fields
            ? new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone()))) { ["certificate"] = certificate }
            : new JsonObject { ["name"] = sni?.DeepClone(), ["certificate"] = certificate });
        foreach (var kind in catalog.Entities)
        {
            NameReferences(catalog, kind, document[kind.Name]);
        }

        var read = new DeclarativeReader(catalog, time).Read(document);
        return read.Config is { } config ? new StateFileContent(config, tags) : throw new ConfigFailure(set.Located(read.Errors!.Lines));
    }

    /// <summary>The state that the files describe.</summary>
    public GatewayState State(EntityCatalog catalog)
    {
        var state = new GatewayState();
        var kinds = StateKinds.Of(catalog).Select(k => k.Name).ToHashSet();
        foreach (var (schema, entities) in _config.Collections.Where(c => kinds.Contains(c.Schema.Name)))
        {
            state.Add(schema.Name, entities.Select(e => schema.Name is "ca_certificates" ? WithDigest(e.Row) : e.Row));
        }

        return state;
    }

    /// <summary>An authority as the gateway keeps it: by its digest it is known again, however its text is wrapped.</summary>
    private static JsonObject WithDigest(JsonObject row) => new(row.Where(p => p.Key is not "cert_digest").Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())))
    {
        ["cert_digest"] = CaCertificate.DigestOf(Json.String(row["cert"]) ?? ""),
    };

    /// <summary>Writes <c>service: {name: s}</c> as <c>service: s</c>, which is how a declarative configuration refers by name.</summary>
    private static void NameReferences(EntityCatalog catalog, EntitySchema kind, JsonNode? rows)
    {
        foreach (var row in (rows as JsonArray ?? []).OfType<JsonObject>())
        {
            foreach (var (field, schema) in kind.ForeignFields)
            {
                if (row[field] is JsonObject reference && !reference.ContainsKey("id") && catalog[schema.Reference!].EndpointKey is { } key && Json.String(reference[key]) is { } name)
                {
                    row[field] = name;
                }
            }

            foreach (var (nested, value) in row.ToArray())
            {
                if (value is JsonArray && catalog.Find(nested) is { } inner)
                {
                    NameReferences(catalog, inner, value);
                }
            }
        }
    }

    /// <summary>Moves what files nest in an entity in a form that the declarative configuration does not have, such as <c>groups: [{name: gold}]</c> in a consumer, to a collection of its own.</summary>
    private static void Lift(JsonObject document, string kind, string? key, string nested, string collection, Func<string, JsonNode?, JsonObject> make)
    {
        foreach (var entity in (document[kind] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (entity[nested] is not JsonArray items || items.Count is 0)
            {
                continue;
            }

            entity.Remove(nested);
            var name = (key is null ? null : Json.String(entity[key])) ?? Json.String(entity["id"]);
            if (name is null)
            {
                entity["id"] = name = Guid.NewGuid().ToString();
            }

            if (document[collection] is not JsonArray all)
            {
                document[collection] = all = [];
            }

            foreach (var item in items)
            {
                all.Add((JsonNode)make(name, item));
            }
        }
    }
}
