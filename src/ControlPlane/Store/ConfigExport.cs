using System.Buffers;
using System.Text.Json;
using Gateway.ControlPlane.Clustering;
using Gateway.Schema;
using Gateway.Sync;

namespace Gateway.ControlPlane.Store;

/// <summary>Writes a configuration as the declarative document that data planes of the first protocol take, disabled entities left out.</summary>
internal sealed class ConfigExport(EntityTables tables, TimeProvider time)
{
    /// <summary>Writes the document.</summary>
    /// <param name="image">The configuration.</param>
    public ConfigDocument Write(ConfigImage image)
    {
        var now = time.GetUtcNow();
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Wire.Options.Encoder, SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("_format_version", "3.0");
            json.WriteBoolean("_transform", false);
            var left = new LeftOut(now);
            foreach (var collection in image.Tables)
            {
                Write(tables[collection.Kind], collection, image.DefaultWorkspace, json, left);
            }

            json.WriteEndObject();
        }

        return ConfigDocument.Create(buffer.WrittenMemory, now);
    }

    private static void Write(EntityTable table, ImageTable collection, Guid defaultWorkspace, Utf8JsonWriter json, LeftOut left)
    {
        var isOpen = false;
        var references = table.ForeignKeys.ToDictionary(k => k.Column.Field, k => k.Reference);
        foreach (var (id, row) in collection.Rows)
        {
            using var document = JsonDocument.Parse(row.Json);
            if (left.Takes(table, id, document.RootElement))
            {
                continue;
            }

            if (!isOpen)
            {
                json.WriteStartArray(table.Name);
                isOpen = true;
            }

            json.WriteStartObject();
            foreach (var field in document.RootElement.EnumerateObject())
            {
                json.WritePropertyName(field.Name);
                // References are plain ids here.
                (references.ContainsKey(field.Name) && field.Value.ValueKind is JsonValueKind.Object ? field.Value.GetProperty("id") : field.Value).WriteTo(json);
            }

            // Kong's planes take no entity that names a workspace, and without one it belongs to the default one.
            if (row.Workspace is { } workspace && workspace != defaultWorkspace)
            {
                json.WriteString(EntityTable.Workspace, workspace);
            }

            json.WriteEndObject();
        }

        if (isOpen)
        {
            json.WriteEndArray();
        }
    }

    /// <summary>What is disabled or expired, and everything that refers to it.</summary>
    private sealed class LeftOut(DateTimeOffset now)
    {
        private readonly HashSet<(string Kind, Guid Id)> _ids = [];

        public bool Takes(EntityTable table, Guid id, JsonElement entity)
        {
            var isLeft = (entity.TryGetProperty("enabled", out var enabled) && enabled.ValueKind is JsonValueKind.False)
                || (table.Schema.Ttl && entity.TryGetProperty(EntityTable.Expiry, out var expiry) && expiry.ValueKind is JsonValueKind.Number
                    && expiry.GetInt64() <= now.ToUnixTimeSeconds())
                || (_ids.Count > 0 && table.ForeignKeys.Any(k => entity.TryGetProperty(k.Column.Field, out var target)
                    && target.ValueKind is JsonValueKind.Object && _ids.Contains((k.Reference, target.GetProperty("id").GetGuid()))));
            if (isLeft)
            {
                _ids.Add((table.Name, id));
            }

            return isLeft;
        }
    }
}
