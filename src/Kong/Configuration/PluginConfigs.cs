using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>What several plugins of a file share: <c>_plugin_configs</c>, which a plugin takes over with <c>_config</c>, its own values before it.</summary>
internal static class PluginConfigs
{
    private const string Shared = "_plugin_configs";
    private const string Taken = "_config";

    /// <summary>Puts them where they are taken.</summary>
    /// <param name="document">The document.</param>
    /// <param name="errors">Gets the names that nothing is shared under.</param>
    public static void Expand(JsonObject document, ICollection<string> errors)
    {
        var shared = document[Shared] as JsonObject ?? [];
        document.Remove(Shared);
        Walk(document, shared, errors);
    }

    private static void Walk(JsonNode? node, JsonObject shared, ICollection<string> errors)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    Walk(item, shared, errors);
                }

                break;
            case JsonObject map:
                if (Json.String(map[Taken]) is { } name && map.ContainsKey("name"))
                {
                    map.Remove(Taken);
                    if (shared[name] is JsonObject config)
                    {
                        map["config"] = Over((JsonObject)config.DeepClone(), map["config"] as JsonObject);
                    }
                    else
                    {
                        errors.Add($"plugin {Json.String(map["name"])}: there is no '{name}' in {Shared}");
                    }
                }

                foreach (var (_, value) in map)
                {
                    Walk(value, shared, errors);
                }

                break;
        }
    }

    private static JsonObject Over(JsonObject below, JsonObject? own)
    {
        foreach (var (key, value) in own ?? [])
        {
            below[key] = below[key] is JsonObject there && value is JsonObject nested ? Over((JsonObject)there.DeepClone(), nested) : value?.DeepClone();
        }

        return below;
    }
}
