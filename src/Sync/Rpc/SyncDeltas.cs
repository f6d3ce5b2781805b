using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Sync.Rpc;

/// <summary>One entity that changed.</summary>
/// <param name="Type">The collection.</param>
/// <param name="Entity">The entity after the change; undefined when it was deleted.</param>
/// <param name="Id">Its id; null when the entity has none, or none that is a text.</param>
/// <param name="Workspace">The workspace that it belongs to, as written, or null.</param>
public readonly record struct SyncDelta(string Type, JsonElement Entity, string? Id, string? Workspace)
{
    /// <summary>Whether it was deleted.</summary>
    public bool IsDelete => Entity.ValueKind is JsonValueKind.Undefined;

    /// <summary>Writes the bytes of a delta.</summary>
    /// <param name="type">The collection.</param>
    /// <param name="entity">The entity: UTF-8 JSON; empty when it was deleted.</param>
    /// <param name="id">Its id.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="version">The version that it belongs to.</param>
    public static byte[] Write(string type, ReadOnlySpan<byte> entity, Guid id, Guid workspace, string version) =>
        WriteWith(type, entity, id, workspace, $"\"{version}\"");

    /// <summary>Writes the bytes of a delta for a plane of 3.9.</summary>
    /// <param name="type">The collection.</param>
    /// <param name="entity">The entity: UTF-8 JSON; empty when it was deleted.</param>
    /// <param name="id">Its id.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="count">The version that it belongs to, see <see cref="SyncVersion.Count"/>.</param>
    public static byte[] Write(string type, ReadOnlySpan<byte> entity, Guid id, Guid workspace, long count) =>
        WriteWith(type, entity, id, workspace, count.ToString(CultureInfo.InvariantCulture));

    private static byte[] WriteWith(string type, ReadOnlySpan<byte> entity, Guid id, Guid workspace, string version)
    {
        var before = Encoding.ASCII.GetBytes($"{{\"type\":\"{type}\",\"entity\":");
        var key = entity.IsEmpty ? $",\"pk\":{{\"id\":\"{id}\"}}" : "";
        var after = Encoding.ASCII.GetBytes($"{key},\"ws_id\":\"{workspace}\",\"version\":{version}}}");
        return [.. before, .. entity.IsEmpty ? "null"u8 : entity, .. after];
    }
}

/// <summary>What a control plane answers to <see cref="SyncMethods.GetDelta"/>.</summary>
/// <param name="IsFull">Whether it is all of the configuration, and whatever is not in it is to go.</param>
/// <param name="Version">The version that the plane has afterwards; empty when nothing changed.</param>
/// <param name="Deltas">What changed.</param>
public sealed record SyncDeltas(bool IsFull, string Version, IReadOnlyList<SyncDelta> Deltas)
{
    /// <summary>The version in a message about deltas of which none has one.</summary>
    public const string NoVersion = "v02_deltas_have_no_latest_version_field";

    /// <summary>What stands before the deltas in the answer.</summary>
    public static ReadOnlySpan<byte> Opening => "{\"default\":{\"deltas\":["u8;

    /// <summary>What stands after the deltas in the answer.</summary>
    /// <param name="isFull">Whether they are all of the configuration.</param>
    /// <remarks>Under both names, because planes before 3.10 know only the first.</remarks>
    public static ReadOnlySpan<byte> Closing(bool isFull) => isFull ? "],\"wipe\":true,\"full_sync\":true}}"u8 : "],\"wipe\":false,\"full_sync\":false}}"u8;

    /// <summary>Reads the answer.</summary>
    /// <param name="result">The result of the call.</param>
    /// <param name="error">What is wrong with it, when the result is null.</param>
    public static SyncDeltas? Parse(JsonElement result, out string? error)
    {
        error = null;
        if (result.ValueKind is not JsonValueKind.Object || !result.TryGetProperty(SyncMethods.Namespace, out var part) || part.ValueKind is not JsonValueKind.Object
            || !part.TryGetProperty("deltas", out var list) || !IsList(list))
        {
            error = "the answer has no deltas";
            return null;
        }

        var isFull = Flag(part, "full_sync") || Flag(part, "wipe");
        var (deltas, version) = (new List<SyncDelta>(), "");
        foreach (var item in list.ValueKind is JsonValueKind.Array ? list.EnumerateArray() : default)
        {
            if (item.ValueKind is not JsonValueKind.Object || Text(item, "type") is not { } type)
            {
                error = $"delta #{deltas.Count + 1} has no type";
                return null;
            }

            var isDelete = !item.TryGetProperty("entity", out var entity) || entity.ValueKind is JsonValueKind.Null;
            var keyed = isDelete ? item.TryGetProperty("pk", out var key) ? key : default : entity;
            deltas.Add(new SyncDelta(type, isDelete ? default : entity, keyed.ValueKind is JsonValueKind.Object ? Text(keyed, "id") : null, Text(item, "ws_id")));
            if (VersionOf(item) is { } own && string.CompareOrdinal(own, version) > 0)
            {
                version = own;
            }
        }

        return new SyncDeltas(isFull, version, deltas);
    }

    // Control planes before 3.10 count.
    private static string? VersionOf(JsonElement delta) => !delta.TryGetProperty("version", out var version) ? null
        : version.ValueKind is JsonValueKind.Number && version.TryGetInt64(out var number) ? string.Create(CultureInfo.InvariantCulture, $"{SyncVersion.Prefix}{number:x28}")
        : version.ValueKind is JsonValueKind.String ? version.GetString() : null;

    // An empty table is written as an object by control planes that cannot tell it from a list.
    private static bool IsList(JsonElement list) => list.ValueKind is JsonValueKind.Array || (list.ValueKind is JsonValueKind.Object && list.GetPropertyCount() is 0);

    private static bool Flag(JsonElement parent, string name) => parent.TryGetProperty(name, out var flag) && flag.ValueKind is JsonValueKind.True;

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
