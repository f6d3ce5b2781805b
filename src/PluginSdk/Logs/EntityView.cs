using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.PluginSdk.Logs;

/// <summary>Entities as logs and echoes tell of them: what is not set is left out, and another entity is an object with its id.</summary>
public static class EntityView
{
    private static readonly ConcurrentDictionary<Type, Shape> _shapes = new();

    /// <summary>The entity as JSON.</summary>
    /// <param name="entity">The entity.</param>
    public static JsonObject Of(object entity)
    {
        var shape = _shapes.GetOrAdd(entity.GetType(), static type => new Shape(type));
        var row = JsonSerializer.SerializeToNode(entity, entity.GetType(), Wire.Options)!.AsObject();
        var isOfFeature = shape.OfFeatures.Any(f => row[f.Name] is not null && f.IsDecisive);
        return new JsonObject(row
            .Where(p => p.Value is not null && (isOfFeature || shape.OfFeatures.All(f => f.Name != p.Key)))
            .Select(p => KeyValuePair.Create(p.Key, (JsonNode?)(shape.Foreign.Contains(p.Key) ? new JsonObject { ["id"] = p.Value!.DeepClone() } : p.Value!.DeepClone()))));
    }

    /// <summary>What the type says of its fields.</summary>
    private sealed class Shape(Type type)
    {
        /// <summary>The fields that name other entities.</summary>
        public HashSet<string> Foreign { get; } =
            [.. type.GetProperties().Where(p => Named(p) is { } other && other != type).Select(Name)];

        /// <summary>The fields that belong to a feature; one that may be null decides whether the entity uses it.</summary>
        public (string Name, bool IsDecisive)[] OfFeatures { get; } =
            [.. type.GetProperties().Where(p => p.GetCustomAttribute<OnlyWithAttribute>() is not null).Select(p => (Name(p), !p.PropertyType.IsValueType))];

        private static Type? Named(PropertyInfo property) =>
            (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) is { IsGenericType: true } id && id.GetGenericTypeDefinition() == typeof(Id<>) ? id.GetGenericArguments()[0] : null;

        private static string Name(PropertyInfo property) =>
            property.GetCustomAttribute<System.Text.Json.Serialization.JsonPropertyNameAttribute>()?.Name ?? Wire.Name(property.Name);
    }
}
