using System.Text.Json;
using Gateway.DataPlane.Config.Lmdb;
using Gateway.Schema;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Config;

/// <summary>Keeps the last good configuration on disk: its rows by id, by unique value and by what they refer to.</summary>
public sealed partial class ConfigStore : IDisposable
{
    internal const string MetaName = "meta";
    private const string RowsName = "rows";
    private const string UniquesName = "uniques";
    private const string ForeignsName = "foreigns";

    private readonly LmdbEnvironment _environment;
    private readonly uint _meta;
    private readonly uint _rows;
    private readonly uint _uniques;
    private readonly uint _foreigns;
    private long _generation;
    private StoredConfig? _current;

    private ConfigStore(LmdbEnvironment environment)
    {
        _environment = environment;
        using var txn = environment.BeginWrite();
        _meta = txn.Database(MetaName, create: true)!.Value;
        _rows = txn.Database(RowsName, create: true)!.Value;
        _uniques = txn.Database(UniquesName, create: true)!.Value;
        _foreigns = txn.Database(ForeignsName, create: true)!.Value;
        if (txn.TryGet(_meta, HeaderKey, out var header))
        {
            _current = JsonSerializer.Deserialize<StoredConfig>(header, Wire.Options);
        }
        else
        {
            WriteChecksum(txn);
        }

        txn.Commit();
    }

    /// <summary>The configuration that is stored, or null when there is none yet.</summary>
    public StoredConfig? Current => Volatile.Read(ref _current);

    /// <summary>Counts the configurations since the start; what was read under another count may be old.</summary>
    public long Generation => Volatile.Read(ref _generation);

    internal static string[] Databases { get; } = [MetaName, RowsName, UniquesName, ForeignsName];

    internal static ReadOnlySpan<byte> Format => "gateway-configuration 1"u8;

    internal static ReadOnlySpan<byte> FormatKey => "format"u8;

    internal static ReadOnlySpan<byte> ChecksumKey => "checksum"u8;

    private static ReadOnlySpan<byte> HeaderKey => "header"u8;

    /// <summary>Opens the store; a file that is damaged, foreign or of another format is put aside, and an empty store takes its place.</summary>
    /// <param name="folder">The LMDB folder, such as <c>/usr/local/kong/dbless.lmdb</c>.</param>
    /// <param name="logger">Takes the one line about a file that is put aside.</param>
    /// <param name="time">The clock that names such a file.</param>
    /// <param name="mapSize">The map size to begin with; it grows by itself.</param>
    /// <exception cref="IOException">The folder cannot be used at all.</exception>
    public static ConfigStore Open(string folder, ILogger<ConfigStore> logger, TimeProvider time, long mapSize = 128L << 20)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var damage = File.Exists(folder) ? "it is a file and no folder" : StoreCheck.Damage(Path.Combine(folder, "data.mdb"));
        if (damage is null)
        {
            try
            {
                return OpenSound(folder, mapSize);
            }
            catch (Exception e) when (e is LmdbDamagedException or JsonException)
            {
                damage = e.Message;
            }
        }

        var aside = SetAside(folder, time);
        Log.SetAside(logger, folder, damage, aside);
        return OpenSound(folder, mapSize);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _environment.Dispose();

    /// <summary>Writes a whole configuration in one transaction, or, when it is not approved of, nothing at all.</summary>
    /// <param name="config">What is known of it.</param>
    /// <param name="rows">Its rows; enumerated again when the map has to grow.</param>
    /// <param name="approve">Judges it from inside the transaction, whose reads see the new rows.</param>
    /// <returns>Whether it was approved of and is on disk.</returns>
    internal bool Replace(StoredConfig config, IEnumerable<StoredRow> rows, Func<StoreReader, bool> approve)
    {
        bool? approved = null;
        var kept = _environment.Write(txn =>
        {
            Write(txn, config, rows);
            // A commit that finds the map full is repeated on a larger one; the judgement is not.
            approved ??= approve(new StoreReader(this, txn));
            return approved.Value;
        });
        if (kept)
        {
            Volatile.Write(ref _current, config);
            Interlocked.Increment(ref _generation);
        }

        return kept;
    }

    /// <summary>Reads one state of the store; what the reader hands out as spans ends with the call.</summary>
    internal TResult Read<TState, TResult>(TState state, Func<StoreReader, TState, TResult> read)
    {
        using var txn = _environment.BeginRead();
        return read(new StoreReader(this, txn), state);
    }

    private static ConfigStore OpenSound(string folder, long mapSize)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            // Keys and secrets lie in it, so it is for its owner alone.
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var environment = LmdbEnvironment.Open(folder, mapSize, Databases.Length);
        try
        {
            return new ConfigStore(environment);
        }
        catch
        {
            environment.Dispose();
            throw;
        }
    }

    private static string SetAside(string folder, TimeProvider time)
    {
        var name = $"{folder}.damaged-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}";
        var aside = name;
        for (var n = 2; Path.Exists(aside); n++)
        {
            aside = $"{name}-{n}";
        }

        if (File.Exists(folder))
        {
            File.Move(folder, aside);
        }
        else
        {
            Directory.Move(folder, aside);
        }

        return aside;
    }

    private void Write(LmdbTransaction txn, StoredConfig config, IEnumerable<StoredRow> rows)
    {
        txn.Clear(_meta);
        txn.Clear(_rows);
        txn.Clear(_uniques);
        txn.Clear(_foreigns);
        Span<byte> id = stackalloc byte[16];
        foreach (var row in rows)
        {
            row.Id.TryWriteBytes(id, bigEndian: true, out _);
            txn.Put(_rows, StoreKeys.Row(row.Entity, row.Id), StoreKeys.Value(row));
            foreach (var unique in row.Uniques)
            {
                txn.Put(_uniques, StoreKeys.Unique(row.Entity, unique.Field, unique.Workspace, unique.Value), id);
            }

            foreach (var foreign in row.Foreigns)
            {
                txn.Put(_foreigns, StoreKeys.Foreign(row.Entity, foreign.Field, foreign.Id, row.Id), []);
            }
        }

        txn.Put(_meta, HeaderKey, JsonSerializer.SerializeToUtf8Bytes(config, Wire.Options));
        WriteChecksum(txn);
    }

    private void WriteChecksum(LmdbTransaction txn)
    {
        txn.Put(_meta, FormatKey, Format);
        txn.Delete(_meta, ChecksumKey);
        using var checksum = new StoreChecksum();
        foreach (var database in new[] { _meta, _rows, _uniques, _foreigns })
        {
            using var all = txn.Scan(database, []);
            while (all.MoveNext())
            {
                checksum.Add(all.Key, all.Value);
            }
        }

        txn.Put(_meta, ChecksumKey, checksum.Finish());
    }

    /// <summary>Reads one state of the store, within one transaction.</summary>
    internal readonly struct StoreReader(ConfigStore store, LmdbTransaction transaction) : IRowSource
    {
        /// <summary>How many rows there are, of all collections.</summary>
        public long Count => transaction.Count(store._rows);

        /// <summary>What the row of that id binds to, or null.</summary>
        public Found<T>? Row<T>(string entity, Guid id)
            where T : class =>
            transaction.TryGet(store._rows, StoreKeys.Row(entity, id), out var value)
                ? new Found<T>(JsonSerializer.Deserialize<T>(StoreKeys.Json(value), Wire.Options)!, StoreKeys.Expires(value))
                : null;

        /// <summary>The JSON of a row that was read from what the stamp tells, or null.</summary>
        public byte[]? Unchanged(string entity, Guid id, ReadOnlySpan<byte> stamp) =>
            transaction.TryGet(store._rows, StoreKeys.Row(entity, id), out var value) && StoreKeys.Stamp(value).SequenceEqual(stamp)
                ? StoreKeys.Json(value).ToArray()
                : null;

        /// <summary>The id of the row that holds a unique value, or null.</summary>
        public Guid? Unique(string entity, string field, Guid workspace, string value) =>
            transaction.TryGet(store._uniques, StoreKeys.Unique(entity, field, workspace, value), out var id) ? new Guid(id, bigEndian: true) : null;

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

        /// <summary>All rows of a collection, in the order of their ids.</summary>
        public IReadOnlyList<T> All<T>(string entity)
            where T : class
        {
            var rows = new List<T>();
            using var scan = transaction.Scan(store._rows, StoreKeys.Rows(entity));
            while (scan.MoveNext())
            {
                rows.Add(JsonSerializer.Deserialize<T>(StoreKeys.Json(scan.Value), Wire.Options)!);
            }

            return rows;
        }
    }

    /// <summary>A row and when it expires, in Unix seconds; 0 for never.</summary>
    internal sealed record Found<T>(T Row, long Expires)
        where T : class;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "the configuration stored at {Folder} cannot be used ({Damage}); it is kept as {Aside}, and an empty one takes its place")]
        public static partial void SetAside(ILogger logger, string folder, string damage, string aside);
    }
}
