using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>Small questions about JSON values, whatever they are backed by.</summary>
public static class Json
{
    /// <summary>Reads JSON as Kong's reader does: of several members with one name the last counts.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <param name="node">The value; null also for JSON null.</param>
    /// <returns>Whether the text is JSON, at most 100 levels deep.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, out JsonNode? node)
    {
        node = null;
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 100 });
            node = Build(document.RootElement);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter comes of a text with half a surrogate pair.
            return false;
        }
    }

    /// <summary>The text of a string value, or null.</summary>
    /// <param name="node">The value.</param>
    public static string? String(JsonNode? node) => node is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The number, or NaN when the value is none.</summary>
    /// <param name="node">The value.</param>
    public static double Number(JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() is not JsonValueKind.Number)
        {
            return double.NaN;
        }

        return value.TryGetValue<double>(out var d) ? d : Convert.ToDouble(value.GetValue<object>(), CultureInfo.InvariantCulture);
    }

    /// <summary>The truth value, or null when the value is none.</summary>
    /// <param name="node">The value.</param>
    public static bool? Boolean(JsonNode? node) => node?.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    /// <summary>A number node that is written without a fraction where there is none.</summary>
    /// <param name="number">The number.</param>
    public static JsonNode FromDouble(double number) =>
        number == Math.Floor(number) && Math.Abs(number) < 9e15 ? JsonValue.Create((long)number) : JsonValue.Create(number);

    /// <summary>An array of copies.</summary>
    /// <param name="nodes">The elements.</param>
    public static JsonArray Array(params JsonNode?[] nodes) => new([.. nodes.Select(n => n?.DeepClone())]);

    /// <summary>Whether two values are equal, numbers by value.</summary>
    /// <param name="one">One value.</param>
    /// <param name="other">The other.</param>
    public static bool Same(JsonNode? one, JsonNode? other) => (one, other) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        _ when one.GetValueKind() is JsonValueKind.Number && other.GetValueKind() is JsonValueKind.Number => Number(one).Equals(Number(other)),
        _ => JsonNode.DeepEquals(one, other),
    };

    /// <summary>A value as it stands inside a message: texts bare, null as <c>null</c>.</summary>
    /// <param name="node">The value.</param>
    public static string Text(JsonNode? node) => node switch
    {
        null => "null",
        _ when String(node) is { } text => text,
        _ when node.GetValueKind() is JsonValueKind.Number => Number(node).ToString("R", CultureInfo.InvariantCulture),
        _ => node.ToJsonString(Wire.Options),
    };

    /// <summary>The value at a dotted path, or null.</summary>
    /// <param name="root">The object to begin at.</param>
    /// <param name="path">The path, such as <c>config.redis.host</c>.</param>
    public static JsonNode? At(JsonObject root, string path)
    {
        JsonNode? node = root;
        foreach (var part in path.Split('.'))
        {
            node = node is JsonObject map && map.TryGetPropertyValue(part, out var next) ? next : null;
        }

        return node;
    }

    private static JsonNode? Build(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JsonObject();
                foreach (var property in element.EnumerateObject())
                {
                    map[property.Name] = Build(property.Value);
                }

                return map;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Build)]);
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
