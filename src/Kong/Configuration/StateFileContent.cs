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
    /// <param name="files">The files; <c>-</c> is the standard input.</param>
    /// <param name="selectTags">Tags that select the entities, beside those of the files.</param>
    /// <param name="catalog">All kinds.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConfigFailure">A file cannot be read, or something in it is wrong.</exception>
    public static StateFileContent Read(IReadOnlyList<string> files, IReadOnlyList<string> selectTags, EntityCatalog catalog, TimeProvider time)
    {
        var document = new JsonObject();
        foreach (var file in files)
        {
            var text = file is "-" ? Console.In.ReadToEnd() : File.ReadAllText(file);
            Merge(document, DeclarativeText.Read(text, out var error, file is "-" ? null : file) ?? throw new ConfigFailure($"{file}: {error}"), file);
        }

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
        Lift(document, "certificates", null, "snis", "snis", (certificate, sni) => sni is JsonObject fields
            ? new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone()))) { ["certificate"] = certificate }
            : new JsonObject { ["name"] = sni?.DeepClone(), ["certificate"] = certificate });
        var read = new DeclarativeReader(catalog, time).Read(document);
        return read.Config is { } config ? new StateFileContent(config, tags) : throw new ConfigFailure($"{string.Join(", ", files)}: {read.Errors!.Lines}");
    }

    /// <summary>The state that the files describe.</summary>
    public GatewayState State(EntityCatalog catalog)
    {
        var state = new GatewayState();
        var kinds = StateKinds.Of(catalog).Select(k => k.Name).ToHashSet();
        foreach (var (schema, entities) in _config.Collections.Where(c => kinds.Contains(c.Schema.Name)))
        {
            state.Add(schema.Name, entities.Select(e => e.Row));
        }

        return state;
    }

    private static void Merge(JsonObject target, JsonObject document, string file)
    {
        foreach (var (key, value) in document.ToArray())
        {
            document.Remove(key);
            if (target[key] is JsonArray all && value is JsonArray more)
            {
                foreach (var item in more.ToArray())
                {
                    more.Remove(item);
                    all.Add(item);
                }
            }
            else if (target.ContainsKey(key) && !Json.Same(target[key], value))
            {
                throw new ConfigFailure($"{file}: '{key}' is another one than in the files before");
            }
            else
            {
                target[key] = value;
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
