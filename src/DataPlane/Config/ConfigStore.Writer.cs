using System.Text.Json;
using Gateway.DataPlane.Config.Lmdb;
using Gateway.Schema;

namespace Gateway.DataPlane.Config;

/// <content>Writes rows and indexes, and the checksum with them.</content>
public sealed partial class ConfigStore
{
    /// <summary>Writes within one transaction.</summary>
    private sealed class StoreWriter(ConfigStore store, LmdbTransaction txn, StoreChecksum checksum)
    {
        /// <summary>Begins with an empty store.</summary>
        public static StoreWriter Anew(ConfigStore store, LmdbTransaction txn)
        {
            txn.Clear(store._meta);
            txn.Clear(store._rows);
            txn.Clear(store._uniques);
            txn.Clear(store._foreigns);
            var writer = new StoreWriter(store, txn, new StoreChecksum());
            writer.Put(store._meta, FormatKey, Format);
            if (store._cipher is { } cipher)
            {
                writer.Put(store._meta, EncryptionKey, cipher.Description);
            }

            return writer;
        }

        /// <summary>Goes on with what the store holds.</summary>
        public static StoreWriter Upon(ConfigStore store, LmdbTransaction txn) =>
            new(store, txn, txn.TryGet(store._meta, ChecksumKey, out var written) ? new StoreChecksum(written) : throw new InvalidOperationException("the store has no checksum"));

        /// <summary>Writes a row that is not there yet.</summary>
        public void Add(StoredRow row)
        {
            Span<byte> id = stackalloc byte[16];
            row.Id.TryWriteBytes(id, bigEndian: true, out _);
            var key = StoreKeys.Row(row.Entity, row.Id);
            Put(store._rows, key, store._codec.Value(key, row));
            foreach (var unique in row.Uniques)
            {
                Put(store._uniques, store._codec.Unique(row.Entity, unique.Field, unique.Workspace, unique.Value), id);
            }

            foreach (var foreign in row.Foreigns)
            {
                Put(store._foreigns, StoreKeys.Foreign(row.Entity, foreign.Field, foreign.Id, row.Id), []);
            }
        }

        /// <summary>Takes a row out, with all by which it can be found.</summary>
        /// <returns>Whether it was there.</returns>
        public bool Remove(string entity, Guid id, Func<Guid, JsonElement, (IReadOnlyList<UniqueValue> Uniques, IReadOnlyList<ForeignValue> Foreigns)> indexes)
        {
            var key = StoreKeys.Row(entity, id);
            if (!txn.TryGet(store._rows, key, out var value))
            {
                return false;
            }

            var (uniques, foreigns) = indexes(RowCodec.Workspace(value), JsonElement.Parse(store._codec.Json(key, value)));
            foreach (var unique in uniques)
            {
                Delete(store._uniques, store._codec.Unique(entity, unique.Field, unique.Workspace, unique.Value));
            }

            foreach (var foreign in foreigns)
            {
                Delete(store._foreigns, StoreKeys.Foreign(entity, foreign.Field, foreign.Id, id));
            }

            Delete(store._rows, key);
            return true;
        }

        /// <summary>Writes what is known of the configuration, and the checksum.</summary>
        public void Finish(StoredConfig? config)
        {
            if (config is not null)
            {
                Delete(store._meta, HeaderKey);
                Put(store._meta, HeaderKey, JsonSerializer.SerializeToUtf8Bytes(config, Wire.Options));
            }

            txn.Put(store._meta, ChecksumKey, checksum.Finish());
        }

        /// <summary>Writes what the store says of its encryption, and the checksum.</summary>
        public void Describe(StoreCipher cipher)
        {
            Delete(store._meta, EncryptionKey);
            Put(store._meta, EncryptionKey, cipher.Description);
            Finish(null);
        }

        private void Put(uint database, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            txn.Put(database, key, value);
            checksum.Add(key, value);
        }

        private void Delete(uint database, ReadOnlySpan<byte> key)
        {
            if (txn.TryGet(database, key, out var value))
            {
                checksum.Remove(key, value);
                txn.Delete(database, key);
            }
        }
    }
}
