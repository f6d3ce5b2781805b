using System.Collections.Concurrent;
using System.Text.Json;
using Gateway.DataPlane.Config.Lmdb;
using Gateway.Schema;

namespace Gateway.DataPlane.Config;

/// <summary>Keeps the last good configuration on disk: its rows by id, by unique value and by what they refer to.</summary>
public sealed partial class ConfigStore : IDisposable
{
    internal const string MetaName = "meta";
    private const string RowsName = "rows";
    private const string UniquesName = "uniques";
    private const string ForeignsName = "foreigns";

    private readonly LmdbEnvironment _environment;
    private readonly FileStream? _owner;
    private readonly StoreCipher? _cipher;
    private readonly RowCodec _codec;
    private readonly uint _meta;
    private readonly uint _rows;
    private readonly uint _uniques;
    private readonly uint _foreigns;
    private readonly ConcurrentDictionary<string, StoreGeneration> _generations = new(StringComparer.Ordinal);
    private StoredConfig? _current;

    private ConfigStore(LmdbEnvironment environment, FileStream? owner, StoreEncryption? encryption)
    {
        _environment = environment;
        _owner = owner;
        using var txn = environment.BeginWrite();
        _meta = txn.Database(MetaName, create: true)!.Value;
        _rows = txn.Database(RowsName, create: true)!.Value;
        _uniques = txn.Database(UniquesName, create: true)!.Value;
        _foreigns = txn.Database(ForeignsName, create: true)!.Value;
        _cipher = CipherOf(txn, encryption);
        _codec = new RowCodec(_cipher);
        if (txn.TryGet(_meta, HeaderKey, out var header))
        {
            _current = JsonSerializer.Deserialize<StoredConfig>(header, Wire.Options);
        }
        else
        {
            StoreWriter.Anew(this, txn).Finish(null);
        }

        txn.Commit();
    }

    /// <summary>The configuration that is stored, or null when there is none yet.</summary>
    public StoredConfig? Current => Volatile.Read(ref _current);

    /// <summary>Counts the states that a collection had since the start; what was read under another count may be old.</summary>
    /// <param name="entity">The collection.</param>
    internal StoreGeneration GenerationOf(string entity) => _generations.GetOrAdd(entity, static _ => new StoreGeneration());

    internal static string[] Databases { get; } = [MetaName, RowsName, UniquesName, ForeignsName];

    internal static ReadOnlySpan<byte> Format => "gateway-configuration 2"u8;

    internal static ReadOnlySpan<byte> FormatKey => "format"u8;

    internal static ReadOnlySpan<byte> ChecksumKey => "checksum"u8;

    private static ReadOnlySpan<byte> HeaderKey => "header"u8;

    private static ReadOnlySpan<byte> EncryptionKey => "encryption"u8;

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _environment.Dispose();
        _cipher?.Dispose();
        _owner?.Dispose();
    }

    /// <summary>The rows of a collection: their JSON in UTF-8, and when they expire, in Unix seconds or 0.</summary>
    /// <param name="entity">The collection.</param>
    public IReadOnlyList<(byte[] Json, long Expires)> Kept(string entity) => Read(entity, static (reader, name) => reader.Kept(name));

    /// <summary>Writes a whole configuration in one transaction, or, when it is not approved of, nothing at all.</summary>
    /// <param name="config">What is known of it.</param>
    /// <param name="rows">Its rows; enumerated again when the map has to grow.</param>
    /// <param name="approve">Judges it from inside the transaction, whose reads see the new rows.</param>
    /// <returns>Whether it was approved of and is on disk.</returns>
    internal bool Replace(StoredConfig config, IEnumerable<StoredRow> rows, Func<StoreReader, bool> approve) => Write(config, null, approve, txn =>
    {
        var writer = StoreWriter.Anew(this, txn);
        foreach (var row in rows)
        {
            writer.Add(row);
        }

        writer.Finish(config);
    });

    /// <summary>Writes changes in one transaction, or, when they are not approved of, nothing at all; what does not change is not touched.</summary>
    /// <param name="config">What is known of the configuration afterwards.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="approve">Judges them from inside the transaction, whose reads see the changed rows.</param>
    /// <returns>Whether they were approved of and are on disk.</returns>
    internal bool Update(StoredConfig config, RowChanges changes, Func<StoreReader, bool> approve) => Write(config, changes.Collections, approve, txn =>
    {
        var writer = StoreWriter.Upon(this, txn);
        // All that goes before all that comes: a value may move from one row to another.
        foreach (var (schema, id) in changes.Gone.Concat(changes.Rows.Select(r => (changes.SchemaOf(r.Entity), r.Id))))
        {
            writer.Remove(schema.Name, id, (workspace, row) => RowIndexes.Of(schema, row, workspace, config.DefaultWorkspace));
        }

        foreach (var row in changes.Rows)
        {
            writer.Add(row);
        }

        writer.Finish(config);
    });

    /// <summary>Has another secret open the store from now on.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>Whether that changed anything: the store is encrypted, and the secret was another one.</returns>
    internal bool Rekey(ReadOnlyMemory<byte> secret)
    {
        // Within the transaction, so that no other one writes the description of before.
        return _cipher is { } cipher && _environment.Write(txn =>
        {
            cipher.Rewrap(secret.Span);
            if (txn.TryGet(_meta, EncryptionKey, out var written) && written.SequenceEqual(cipher.Description))
            {
                return false;
            }

            StoreWriter.Upon(this, txn).Describe(cipher);
            return true;
        });
    }

    /// <summary>Reads one state of the store; what the reader hands out as spans ends with the call.</summary>
    internal TResult Read<TState, TResult>(TState state, Func<StoreReader, TState, TResult> read)
    {
        using var txn = _environment.BeginRead();
        return read(new StoreReader(this, txn), state);
    }

    private StoreCipher? CipherOf(LmdbTransaction txn, StoreEncryption? encryption)
    {
        if (txn.TryGet(_meta, EncryptionKey, out var description))
        {
            return encryption is null || StoreCipher.AlgorithmOf(description) is not { } written ? throw new StoreUnusableException("it is encrypted, and nothing is known that opens it")
                : written != encryption.Algorithm ? throw new StoreModeException(written)
                : StoreCipher.Of(written, encryption.Secret.Span, description) ?? FormerCipherOf(txn, written, encryption, description);
        }

        // A new file has no format yet.
        return encryption?.Algorithm is not { } algorithm ? null
            : txn.TryGet(_meta, FormatKey, out _) ? throw new StoreModeException(written: null)
            : StoreCipher.Create(algorithm, encryption.Secret.Span);
    }

    private StoreCipher FormerCipherOf(LmdbTransaction txn, StoreAlgorithm algorithm, StoreEncryption encryption, ReadOnlySpan<byte> description)
    {
        if (encryption.Former is not { } former || StoreCipher.Of(algorithm, former.Span, description) is not { } cipher)
        {
            throw new StoreUnusableException("it is encrypted with another key than cluster_cert_key and declarative_config_encryption_former_key");
        }

        cipher.Rewrap(encryption.Secret.Span);
        StoreWriter.Upon(this, txn).Describe(cipher);
        return cipher;
    }

    private bool Write(StoredConfig config, IReadOnlySet<string>? collections, Func<StoreReader, bool> approve, Action<LmdbTransaction> write)
    {
        bool? approved = null;
        var kept = _environment.Write(txn =>
        {
            write(txn);
            // A commit that finds the map full is repeated on a larger one; the judgement is not.
            approved ??= approve(new StoreReader(this, txn));
            return approved.Value;
        });
        if (kept)
        {
            Volatile.Write(ref _current, config);
            foreach (var (entity, generation) in _generations)
            {
                if (collections?.Contains(entity) is not false)
                {
                    generation.Advance();
                }
            }
        }

        return kept;
    }
}

/// <summary>Counts the states of one collection.</summary>
internal sealed class StoreGeneration
{
    private long _value;

    /// <summary>The count.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>Begins another state.</summary>
    public void Advance() => Interlocked.Increment(ref _value);
}
