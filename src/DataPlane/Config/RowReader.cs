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

    // The Admin API takes 10 MB at most. What is so much larger is a fault, and holds up everything that comes after it.
    private const int LargestRow = 16 * 1024 * 1024;

    private readonly ParseOptions _load = new() { Mode = ParseMode.Load, Time = time, MayChangeInput = true };
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
        else if (JsonMarshal.GetRawUtf8Value(row.Raw).Length is > LargestRow and var size)
        {
            var field = row.Raw.EnumerateObject().MaxBy(static f => JsonMarshal.GetRawUtf8Value(f.Value).Length);
            row.Reject($"the entity has {size} bytes, at most {LargestRow} are taken", field.Name);
        }
        else if (Lifted(row, workspace, now) is { } lifted)
        {
            var stamp = _stamp.Of(JsonMarshal.GetRawUtf8Value(row.Raw));
            var known = store.Current is null ? null : store.Read((row.Entity, id, stamp), static (reader, asked) => reader.Unchanged(asked.Entity, asked.id, asked.stamp));
            var json = known ?? Parsed(row, schema);
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
        if (row.Workspace is { } given)
        {
            if (!Guid.TryParseExact(given, "D", out workspace))
            {
                row.Reject("expected a valid UUID", "ws_id");
                return null;
            }
        }
        else if (row.Raw.TryGetProperty("ws_id", out var own) && own.ValueKind is not JsonValueKind.Null)
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
            var (uniques, foreigns) = RowIndexes.Of(schema, document.RootElement, stored.Workspace, defaultWorkspace);
            row.Stored = stored with { Uniques = uniques, Foreigns = foreigns };
        }
        catch (JsonException unbindable)
        {
            row.Reject($"value out of range: {unbindable.Message}", unbindable.Path?.TrimStart('$', '.'));
        }
    }
}
