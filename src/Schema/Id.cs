using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Schema;

/// <summary>The identity of an entity: its own id, or a reference to another entity.</summary>
/// <typeparam name="T">The entity that the id names.</typeparam>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(IdConverterFactory))]
public readonly record struct Id<T>(Guid Value) : IId
{
    /// <summary>The UUID in its usual text form.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>What all ids have in common, whatever they name.</summary>
public interface IId
{
    /// <summary>The UUID.</summary>
    Guid Value { get; }
}

/// <summary>A time in whole seconds since 1970-01-01T00:00:00Z.</summary>
/// <param name="Value">The seconds.</param>
[JsonConverter(typeof(UnixSecondsConverter))]
public readonly record struct UnixSeconds(long Value);

/// <summary>A time in seconds with a millisecond fraction since 1970-01-01T00:00:00Z.</summary>
/// <param name="Value">The seconds.</param>
[JsonConverter(typeof(UnixTimeConverter))]
public readonly record struct UnixTime(double Value);

/// <summary>Reads ids written as a string (the sync document) or as an object with <c>id</c> (the Admin API).</summary>
internal sealed class IdConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Id<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(IdConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class IdConverter<T> : JsonConverter<Id<T>>
    {
        public override Id<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is JsonTokenType.String)
            {
                return new Id<T>(reader.GetGuid());
            }

            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("id", out var id)
                ? new Id<T>(id.GetGuid())
                : throw new JsonException("missing primary key");
        }

        public override void Write(Utf8JsonWriter writer, Id<T> value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}

internal sealed class UnixSecondsConverter : JsonConverter<UnixSeconds>
{
    public override UnixSeconds Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.TryGetInt64(out var whole) ? whole : (long)reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, UnixSeconds value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

internal sealed class UnixTimeConverter : JsonConverter<UnixTime>
{
    public override UnixTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, UnixTime value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
