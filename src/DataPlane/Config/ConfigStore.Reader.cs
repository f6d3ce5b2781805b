using System.Text.Json;
using Gateway.DataPlane.Config.Lmdb;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.DataPlane.Config;

/// <content>Reads rows and indexes.</content>
public sealed partial class ConfigStore
{
    /// <summary>Reads one state of the store, within one transaction.</summary>
    internal readonly struct StoreReader(ConfigStore store, LmdbTransaction transaction) : IRowSource
    {
        /// <summary>How many rows there are, of all collections.</summary>
        public long Count => transaction.Count(store._rows);

        /// <summary>How many rows a collection has.</summary>
        public int CountOf(string entity)
        {
            var count = 0;
            using var scan = transaction.Scan(store._rows, StoreKeys.Rows(entity));
            while (scan.MoveNext())
            {
                count++;
            }

            return count;
        }

        /// <summary>What the row of that id binds to, or null.</summary>
        public Found<T>? Row<T>(string entity, Guid id)
            where T : class
        {
            var key = StoreKeys.Row(entity, id);
            return transaction.TryGet(store._rows, key, out var value)
                ? new Found<T>(JsonSerializer.Deserialize<T>(store._codec.Json(key, value), Wire.Options)!, RowCodec.Expires(value))
                : null;
        }

        /// <summary>Whether there is a row of that id.</summary>
        public bool Has(string entity, Guid id) => transaction.TryGet(store._rows, StoreKeys.Row(entity, id), out _);

        /// <summary>The JSON of a row that was read from what the stamp tells, or null.</summary>
        public byte[]? Unchanged(string entity, Guid id, ReadOnlySpan<byte> stamp)
        {
            var key = StoreKeys.Row(entity, id);
            return transaction.TryGet(store._rows, key, out var value) && store._codec.HasStamp(value, stamp) ? store._codec.Json(key, value).ToArray() : null;
        }

        /// <summary>The id of the row that holds a unique value, or null.</summary>
        public Guid? Unique(string entity, string field, Guid workspace, string value) =>
            transaction.TryGet(store._uniques, store._codec.Unique(entity, field, workspace, value), out var id) ? new Guid(id, bigEndian: true) : null;

        /// <summary>The ids of the rows that refer to another.</summary>
        public List<Guid> Foreign(string entity, string field, Guid target)
        {
            var ids = new List<Guid>();
            using var scan = transaction.Scan(store._foreigns, StoreKeys.Foreigns(entity, field, target));
            while (scan.MoveNext())
            {
                ids.Add(StoreKeys.LastId(scan.Key));
            }

            return ids;
        }

        /// <summary>The rows of a collection as they are kept.</summary>
        public List<(byte[] Json, long Expires)> Kept(string entity)
        {
            var rows = new List<(byte[] Json, long Expires)>();
            using var scan = transaction.Scan(store._rows, StoreKeys.Rows(entity));
            while (scan.MoveNext())
            {
                rows.Add((store._codec.Json(scan.Key, scan.Value).ToArray(), RowCodec.Expires(scan.Value)));
            }

            return rows;
        }

        /// <summary>All rows of all collections, with all by which they can be found.</summary>
        /// <param name="catalog">The declared entities; rows of others can be found by their ids alone.</param>
        /// <param name="defaultWorkspace">The workspace of what belongs to none, or is unique across all.</param>
        public List<StoredRow> Everything(EntityCatalog catalog, Guid defaultWorkspace)
        {
            var rows = new List<StoredRow>();
            using var scan = transaction.Scan(store._rows, []);
            while (scan.MoveNext())
            {
                var (entity, workspace) = (StoreKeys.Entity(scan.Key), RowCodec.Workspace(scan.Value));
                var json = store._codec.Json(scan.Key, scan.Value).ToArray();
                var (uniques, foreigns) = catalog.Find(entity) is { } schema ? RowIndexes.Of(schema, JsonElement.Parse(json), workspace, defaultWorkspace) : ([], []);
                rows.Add(new StoredRow
                {
                    Entity = entity,
                    Id = StoreKeys.LastId(scan.Key),
                    Workspace = workspace,
                    Expires = RowCodec.Expires(scan.Value),
                    Stamp = store._codec.Stamp(scan.Value),
                    Json = json,
                    Uniques = uniques,
                    Foreigns = foreigns,
                });
            }

            return rows;
        }

        /// <summary>All rows of a collection, in the order of their ids.</summary>
        public IReadOnlyList<T> All<T>(string entity)
            where T : class
        {
            var rows = new List<T>();
            using var scan = transaction.Scan(store._rows, StoreKeys.Rows(entity));
            while (scan.MoveNext())
            {
                rows.Add(JsonSerializer.Deserialize<T>(store._codec.Json(scan.Key, scan.Value), Wire.Options)!);
            }

            return rows;
        }
    }

    /// <summary>A row and when it expires, in Unix seconds; 0 for never.</summary>
    internal sealed record Found<T>(T Row, long Expires)
        where T : class;
}
