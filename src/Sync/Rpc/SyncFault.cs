using System.Text.Json;

namespace Gateway.Sync.Rpc;

/// <summary>Why a data plane cannot use a version, as <see cref="SyncMethods.NotifyValidationError"/> tells it.</summary>
/// <param name="Version">The version.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Type">The collection of the entity that is wrong, or null.</param>
/// <param name="Id">The entity's id, or null.</param>
/// <param name="Field">The field that is wrong, or null.</param>
public sealed record SyncFault(string Version, string Message, string? Type = null, string? Id = null, string? Field = null)
{
    private const string Name = "sync deltas parse failure";

    /// <summary>The fault in one line: entity, field and reason.</summary>
    public override string ToString() => string.Join(' ', new[] { Type, Id, Field, Message }.Where(p => !string.IsNullOrEmpty(p)));

    /// <summary>Writes the parameter of the call.</summary>
    /// <param name="json">Where to.</param>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("version", Version);
        json.WriteStartObject("error");
        json.WriteString("name", Name);
        json.WriteString("source", SyncMethods.GetDelta);
        json.WriteString("message", Message);
        json.WriteString("config_hash", Version);
        json.WriteNumber("code", 14);
        if (Type is not null)
        {
            json.WriteStartArray("flattened_errors");
            json.WriteStartObject();
            json.WriteString("entity_type", Type);
            if (Id is not null)
            {
                json.WriteString("entity_id", Id);
            }

            json.WriteStartArray("errors");
            json.WriteStartObject();
            json.WriteString("type", Field is null ? "entity" : "field");
            if (Field is not null)
            {
                json.WriteString("field", Field);
            }

            json.WriteString("message", Message);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Reads the parameter of the call; null when it says nothing.</summary>
    /// <param name="argument">The parameter.</param>
    public static SyncFault? Parse(JsonElement argument)
    {
        if (argument.ValueKind is not JsonValueKind.Object || !argument.TryGetProperty("error", out var error) || error.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var entity = First(error, "flattened_errors");
        var detail = First(entity, "errors");
        return new SyncFault(
            Text(argument, "version") ?? SyncDeltas.NoVersion,
            Text(detail, "message") ?? Text(error, "message") ?? Text(error, "name") ?? "unknown error",
            Text(entity, "entity_type"),
            Text(entity, "entity_id"),
            Text(detail, "field"));
    }

    private static JsonElement First(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : default;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
