using System.Text.Json.Nodes;
using Gateway.Entities;

namespace Gateway.Sync.OlderPlanes;

/// <summary>The kinds of changes of which <see cref="VersionSteps"/> is made.</summary>
internal static class Changes
{
    /// <summary>Fields of a plugin's configuration, dotted where nested, that are left out.</summary>
    public static EntityChange Without(string plugin, params string[] fields)
    {
        var paths = fields.Select(f => f.Split('.')).ToArray();
        return Config(plugin, config =>
        {
            var lost = fields.Where((_, i) => Remove(config, paths[i])).ToList();
            return lost.Count == 0 ? null : $"{plugin} without {string.Join(", ", lost)}";
        }) with { Removed = fields };
    }

    /// <summary>A field of a plugin's configuration that had another name.</summary>
    public static EntityChange Renamed(string plugin, string name, string before) => Config(plugin, config => Rename(config, name, before) ? Silent : null);

    /// <summary>A value of a field of a plugin's configuration in whose place another is sent.</summary>
    public static EntityChange Replaced(string plugin, string field, string value, string with)
    {
        var path = field.Split('.');
        return Config(plugin, config =>
        {
            if (Parent(config, path) is not { } parent || !Is(parent[path[^1]], value))
            {
                return null;
            }

            parent[path[^1]] = with;
            return $"{plugin} with {field} = {with} in the place of {value}";
        });
    }

    /// <summary>Any change to the configuration of a plugin.</summary>
    public static EntityChange Config(string plugin, Func<JsonObject, string?> change) =>
        new("plugins", plugin, entity => entity["config"] is JsonObject config ? change(config) : null);

    /// <summary>Fields of all entities of a collection that are left out.</summary>
    public static EntityChange EntitiesWithout(string collection, params string[] fields) => new(collection, null, entity =>
    {
        var lost = fields.Where(entity.Remove).ToList();
        return lost.Count == 0 ? null : lost is ["updated_at"] ? Silent : $"{collection} without {string.Join(", ", lost)}";
    });

    /// <summary>Leaves out an extension: the field, or the entity when the field says what it applies to.</summary>
    public static EntityChange WithoutExtension(EntityExtension extension)
    {
        var (collection, field, binds) = extension;
        return binds
            ? new EntityChange(collection, null, static _ => null) { Drop = entity => entity[field!] is null ? null : $"no {collection} with {field}" }
            : EntitiesWithout(collection, field!);
    }

    /// <summary>Leaves out the entities that name a workspace, which those of the default one do not.</summary>
    public static EntityChange OfDefaultWorkspace(string collection) =>
        new(collection, null, static _ => null) { Drop = entity => entity.ContainsKey("ws_id") ? $"no {collection} of other workspaces" : null };

    /// <summary>The answer of a change that loses nothing worth a line in the log.</summary>
    public const string Silent = "";

    /// <summary>Gives a field its former name; false when it is not there.</summary>
    public static bool Rename(JsonObject config, string name, string before)
    {
        if (!config.TryGetPropertyValue(name, out var value))
        {
            return false;
        }

        config.Remove(name);
        config[before] = value;
        return true;
    }

    /// <summary>Whether a node is this text.</summary>
    public static bool Is(JsonNode? node, string text) => node is JsonValue value && value.TryGetValue<string>(out var actual) && actual == text;

    /// <summary>Whether a node is a number.</summary>
    public static bool IsNumber(JsonNode? node) => node?.GetValueKind() is System.Text.Json.JsonValueKind.Number;

    /// <summary>A field of a node; null when the node is no object.</summary>
    public static JsonNode? Field(JsonNode? node, string name) => node is JsonObject record ? record[name] : null;

    private static bool Remove(JsonObject config, string[] path) => Parent(config, path)?.Remove(path[^1]) ?? false;

    private static JsonObject? Parent(JsonObject config, string[] path)
    {
        foreach (var name in path.AsSpan(0, path.Length - 1))
        {
            if (config[name] is not JsonObject inner)
            {
                return null;
            }

            config = inner;
        }

        return config;
    }
}
