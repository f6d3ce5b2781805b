using System.Text.Json.Nodes;

namespace Gateway.Manager.Forms;

/// <summary>The schema that a form is made from.</summary>
/// <param name="Name">Its name at the Admin API.</param>
/// <param name="Fields">Its fields, in order.</param>
public sealed record EntitySchema(string Name, IReadOnlyList<FieldSchema> Fields)
{
    /// <summary>What must be filled in together, in words.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>The field with a name, or null.</summary>
    public FieldSchema? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>Reads an answer of <c>GET /schemas/...</c>.</summary>
    public static EntitySchema Read(string name, JsonObject schema) => new(name, FieldSchema.ReadFields(schema)) { Hints = [.. ReadHints(schema)] };

    /// <summary>This schema of all plugins with the configuration of one of them.</summary>
    /// <param name="plugin">The schema of that plugin.</param>
    public EntitySchema WithPlugin(EntitySchema plugin) => this with
    {
        // A plugin's schema says what its configuration is, and may narrow the other fields (protocols, scope).
        Fields = [.. Fields.Select(field => plugin.Field(field.Name) is { } own ? own with { Description = own.Description ?? field.Description } : field)],
        Hints = [.. Hints, .. plugin.Hints],
    };

    private static IEnumerable<string> ReadHints(JsonObject schema)
    {
        foreach (var check in (schema["entity_checks"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var (start, names) = check.FirstOrDefault() switch
            {
                { Key: "at_least_one_of", Value: { } fields } => ("Set at least one of: ", Names(fields)),
                { Key: "only_one_of", Value: { } fields } => ("Set exactly one of: ", Names(fields)),
                { Key: "mutually_required", Value: { } fields } => ("Set all or none of: ", Names(fields)),
                { Key: "mutually_exclusive", Value: { } fields } => ("Set at most one of: ", Names(fields)),
                _ => ("", []),
            };
            if (names.Length > 1)
            {
                yield return $"{start}{string.Join(", ", names)}.";
            }
        }
    }

    // Kong renders some of these lists as {"1": "a", "2": "b"}.
    private static string[] Names(JsonNode fields) => [.. (fields switch
    {
        JsonArray items => items.Select(item => item?.ToString()),
        JsonObject numbered => numbered.Select(item => item.Value?.ToString()),
        _ => [],
    }).OfType<string>().Select(name => name.StartsWith("config.", StringComparison.Ordinal) ? name["config.".Length..] : name)];
}
