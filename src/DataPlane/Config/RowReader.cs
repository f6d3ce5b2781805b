using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.DataPlane.Config;

/// <summary>Reads one row of a document through its schema, unless the store holds what came of the very same bytes before.</summary>
/// <param name="catalog">The declared entities.</param>
/// <param name="store">Where the rows of the present configuration are.</param>
/// <param name="time">The clock that fills times which are missing.</param>
internal sealed class RowReader(EntityCatalog catalog, ConfigStore store, TimeProvider time)
{
    // A ttl as people set it; anything greater is a point in time.
    private const long LongestTtl = 100_000_000;

    private readonly ParseOptions _load = new() { Mode = ParseMode.Load, Time = time };
    private readonly RowStamp _stamp = new(catalog);

    /// <summary>Reads a row; what comes of it is noted in the row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="workspace">The default workspace.</param>
    /// <param name="now">When the document was built, in Unix seconds.</param>
    public void Read(DocumentRow row, Guid workspace, double now)
    {
        var schema = catalog[row.Entity];
        if (row.Raw.ValueKind is not JsonValueKind.Object)
        {
            row.Reject("expected a record");
        }
        else if (!Guid.TryParseExact(row.IdText, "D", out var id))
        {
            row.Reject(row.IdText is null ? "required field missing" : "expected a valid UUID", "id");
        }
        else if (Lifted(row, workspace, now) is { } lifted)
        {
            var stamp = _stamp.Of(JsonMarshal.GetRawUtf8Value(row.Raw));
            var json = store.Read((row.Entity, id, stamp), static (reader, asked) => reader.Unchanged(asked.Entity, asked.id, asked.stamp)) ?? Parsed(row, schema);
            if (json is not null)
            {
                Bind(row, schema, json, new StoredRow { Entity = row.Entity, Id = id, Workspace = lifted.Workspace, Expires = lifted.Expires, Stamp = stamp, Json = json }, workspace);
            }
        }
    }

    private byte[]? Parsed(DocumentRow row, EntitySchema schema)
    {
        var input = JsonObject.Create(row.Raw)!;
        input.Remove("ws_id");
        input.Remove("cache_key");
        if (schema.Ttl)
        {
            input.Remove("ttl");
        }

        var (value, violations) = SchemaParser.Parse(schema, input, _load);
        if (violations is not null)
        {
            row.Reject(violations.Message, violations.Fields.FirstOrDefault().Key is { } field and not "@entity" ? field : null);
            return null;
        }

        return JsonSerializer.SerializeToUtf8Bytes(value, Wire.Options);
    }

    /// <summary>What a row says beside its fields: its workspace and when it expires.</summary>
    private static (Guid Workspace, long Expires)? Lifted(DocumentRow row, Guid workspace, double now)
    {
        if (row.Raw.TryGetProperty("ws_id", out var own) && own.ValueKind is not JsonValueKind.Null)
        {
            if (own.ValueKind is not JsonValueKind.String || !own.TryGetGuid(out workspace))
            {
                row.Reject("expected a valid UUID", "ws_id");
                return null;
            }
        }

        if (!row.Raw.TryGetProperty("ttl", out var ttl) || ttl.ValueKind is JsonValueKind.Null)
        {
            return (workspace, 0);
        }

        if (ttl.ValueKind is not JsonValueKind.Number || !ttl.TryGetDouble(out var seconds) || seconds is < 0 or > long.MaxValue / 2)
        {
            row.Reject("expected a number", "ttl");
            return null;
        }

        return (workspace, seconds is 0 ? 0 : (long)Math.Ceiling(seconds > LongestTtl ? seconds : seconds + now));
    }

    private static void Bind(DocumentRow row, EntitySchema schema, byte[] json, StoredRow stored, Guid defaultWorkspace)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            row.Typed = JsonSerializer.Deserialize(json, schema.ClrType!, Wire.Options);
            row.Stored = stored with
            {
                Uniques = Uniques(schema, document.RootElement, schema.Workspaceable ? stored.Workspace : defaultWorkspace, defaultWorkspace),
                Foreigns = Foreigns(schema, document.RootElement),
            };
        }
        catch (JsonException unbindable)
        {
            row.Reject($"value out of range: {unbindable.Message}", unbindable.Path?.TrimStart('$', '.'));
        }
    }

    private static List<UniqueValue> Uniques(EntitySchema schema, JsonElement row, Guid workspace, Guid defaultWorkspace)
    {
        var values = new List<UniqueValue>();
        foreach (var (name, field) in schema.UniqueFields)
        {
            if (row.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null)
            {
                values.Add(new UniqueValue(name, Text(value), field.UniqueAcrossWorkspaces ? defaultWorkspace : workspace));
            }
        }

        if (schema.CacheKey.Count > 1)
        {
            values.Add(new UniqueValue(CacheKey, string.Join(':', schema.CacheKey.Select(k => row.TryGetProperty(k, out var value) ? Text(value) : string.Empty)), workspace));
        }

        return values;
    }

    /// <summary>The name under which the combination of fields is indexed that only one row may have.</summary>
    internal const string CacheKey = "cache_key";

    private static List<ForeignValue> Foreigns(EntitySchema schema, JsonElement row)
    {
        var values = new List<ForeignValue>();
        foreach (var (name, field) in schema.ForeignFields)
        {
            if (row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object && value.TryGetProperty("id", out var id) && id.TryGetGuid(out var target))
            {
                values.Add(new ForeignValue(name, field.Reference!, target));
            }
        }

        return values;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => string.Empty,
        JsonValueKind.Object when value.TryGetProperty("id", out var id) => id.GetString() ?? string.Empty,
        _ => value.GetRawText(),
    };
}
