using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Schema.Tests;

/// <summary>The language is whole when every schema that Kong shows survives being read and shown again.</summary>
public sealed class SchemaImporterTests
{
    [SharedFact]
    public void Importer_EverySchemaOfKong_IsShownAgainAsItWas()
    {
        var files = Directory.GetFiles(SharedFolder.PathOf("kong", "schemas")!, "*.json", SearchOption.AllDirectories);
        files.Length.ShouldBeGreaterThan(75);
        foreach (var file in files)
        {
            var shown = Clean(JsonNode.Parse(File.ReadAllText(file))!.AsObject());
            var again = SchemaRenderer.Record(SchemaImporter.Record(shown));
            if (!shown.ContainsKey("entity_checks"))
            {
                again.Remove("entity_checks");
            }

            JsonNode.DeepEquals(again, shown).ShouldBeTrue($"{Path.GetFileName(file)}:\n{again.ToJsonString()}\n{shown.ToJsonString()}");
        }
    }

    /// <summary>Takes out what the files note about functions, which no answer of Kong contains.</summary>
    private static JsonObject Clean(JsonObject node)
    {
        foreach (var (key, value) in node.ToArray())
        {
            if (key.StartsWith("x_", StringComparison.Ordinal) || key is "custom_validator" or "func" or "fn")
            {
                node.Remove(key);
            }
            else if (value is JsonObject inner)
            {
                Clean(inner);
            }
            else if (value is JsonArray list)
            {
                foreach (var element in list.OfType<JsonObject>())
                {
                    Clean(element);
                }
            }
        }

        return node;
    }
}
