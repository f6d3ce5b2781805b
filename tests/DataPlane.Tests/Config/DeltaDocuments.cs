using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Sync.Rpc;

namespace Gateway.DataPlane.Tests.Config;

/// <summary>Changes as a control plane sends them.</summary>
internal static class DeltaDocuments
{
    public static string Version(int number) => new SyncVersion((ulong)number, 0, 7).ToString();

    /// <summary>All rows of a document as a whole configuration.</summary>
    public static SyncDeltas Full(JsonObject document, int version) => Parse(true, version, document.Where(p => p.Value is JsonArray)
        .SelectMany(p => p.Value!.AsArray().Select(row => Delta(p.Key, (JsonObject)row!, version))));

    /// <summary>Rows that are new or changed.</summary>
    public static SyncDeltas Set(int version, params (string Type, JsonObject Row)[] rows) => Parse(false, version, rows.Select(r => Delta(r.Type, r.Row, version)));

    /// <summary>Rows that are gone.</summary>
    public static SyncDeltas Gone(int version, params (string Type, Guid Id)[] rows) => Parse(false, version, rows.Select(r => Gone(r.Type, r.Id, version)));

    /// <summary>Rows of both kinds.</summary>
    public static SyncDeltas Mixed(int version, IEnumerable<(string Type, JsonObject Row)> set, IEnumerable<(string Type, Guid Id)> gone) =>
        Parse(false, version, [.. gone.Select(g => Gone(g.Type, g.Id, version)), .. set.Select(r => Delta(r.Type, r.Row, version))]);

    private static string Gone(string type, Guid id, int version) =>
        Encoding.UTF8.GetString(SyncDelta.Write(type, [], id, Guid.Parse(Documents.Workspace), Version(version)));

    private static string Delta(string type, JsonObject row, int version)
    {
        var entity = (JsonObject)row.DeepClone();
        entity.Remove("ws_id");
        // References are objects here.
        foreach (var field in new[] { "service", "route", "consumer", "upstream", "certificate" })
        {
            if (entity[field] is JsonValue value && value.TryGetValue<string>(out var id) && Guid.TryParse(id, CultureInfo.InvariantCulture, out _))
            {
                entity[field] = new JsonObject { ["id"] = id };
            }
        }

        _ = Guid.TryParse((string?)entity["id"], CultureInfo.InvariantCulture, out var own);
        return Encoding.UTF8.GetString(SyncDelta.Write(type, Encoding.UTF8.GetBytes(entity.ToJsonString()), own, Guid.Parse(Documents.Workspace), Version(version)));
    }

    private static SyncDeltas Parse(bool isFull, int version, IEnumerable<string> deltas)
    {
        var json = $"{Encoding.UTF8.GetString(SyncDeltas.Opening)}{string.Join(',', deltas)}{Encoding.UTF8.GetString(SyncDeltas.Closing(isFull))}";
        var parsed = SyncDeltas.Parse(JsonElement.Parse(json), out var error).ShouldNotBeNull(error);
        return parsed.Version.Length is 0 ? parsed with { Version = Version(version) } : parsed;
    }
}
