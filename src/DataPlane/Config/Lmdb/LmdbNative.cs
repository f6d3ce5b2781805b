using System.Runtime.InteropServices;

namespace Gateway.DataPlane.Config.Lmdb;

/// <summary>The functions of <c>liblmdb</c> that are used, as they are.</summary>
internal static unsafe partial class LmdbNative
{
    public const int Success = 0;
    public const int NotFound = -30798;
    public const int PageNotFound = -30797;
    public const int Corrupted = -30796;
    public const int Panic = -30795;
    public const int VersionMismatch = -30794;
    public const int Invalid = -30793;
    public const int MapFull = -30792;
    public const int MapResized = -30785;

    /// <summary>Read transactions belong to their object and not to their thread, so they can be pooled.</summary>
    public const uint NoTls = 0x200000;

    /// <summary>A commit waits for the disk once, for the pages, and not a second time for the page that leads to them: that goes out with the next one.</summary>
    public const uint NoMetaSync = 0x40000;
    public const uint ReadOnly = 0x20000;
    public const uint Create = 0x40000;
    public const uint NoOverwrite = 0x10;

    public const int CursorFirst = 0;
    public const int CursorNext = 8;
    public const int CursorSetRange = 17;

    // The plain name needs the development package; this one comes with the library itself.
    private const string Library = "liblmdb.so.0";

    [LibraryImport(Library, EntryPoint = "mdb_env_create")]
    public static partial int EnvCreate(out nint env);

    [LibraryImport(Library, EntryPoint = "mdb_env_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int EnvOpen(nint env, string path, uint flags, uint mode);

    [LibraryImport(Library, EntryPoint = "mdb_env_close")]
    public static partial void EnvClose(nint env);

    [LibraryImport(Library, EntryPoint = "mdb_env_set_mapsize")]
    public static partial int EnvSetMapSize(nint env, nuint size);

    [LibraryImport(Library, EntryPoint = "mdb_env_set_maxdbs")]
    public static partial int EnvSetMaxDatabases(nint env, uint count);

    [LibraryImport(Library, EntryPoint = "mdb_env_set_maxreaders")]
    public static partial int EnvSetMaxReaders(nint env, uint count);

    [LibraryImport(Library, EntryPoint = "mdb_env_info")]
    public static partial int EnvInfo(nint env, out EnvironmentInfo info);

    [LibraryImport(Library, EntryPoint = "mdb_reader_check")]
    public static partial int ReaderCheck(nint env, out int dead);

    [LibraryImport(Library, EntryPoint = "mdb_txn_begin")]
    public static partial int TxnBegin(nint env, nint parent, uint flags, out nint txn);

    [LibraryImport(Library, EntryPoint = "mdb_txn_commit")]
    public static partial int TxnCommit(nint txn);

    [LibraryImport(Library, EntryPoint = "mdb_txn_abort")]
    public static partial void TxnAbort(nint txn);

    [LibraryImport(Library, EntryPoint = "mdb_txn_reset")]
    public static partial void TxnReset(nint txn);

    [LibraryImport(Library, EntryPoint = "mdb_txn_renew")]
    public static partial int TxnRenew(nint txn);

    [LibraryImport(Library, EntryPoint = "mdb_dbi_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DbiOpen(nint txn, string? name, uint flags, out uint dbi);

    [LibraryImport(Library, EntryPoint = "mdb_drop")]
    public static partial int Drop(nint txn, uint dbi, int delete);

    [LibraryImport(Library, EntryPoint = "mdb_stat")]
    public static partial int Stat(nint txn, uint dbi, out Statistics statistics);

    [LibraryImport(Library, EntryPoint = "mdb_get")]
    public static partial int Get(nint txn, uint dbi, in Value key, out Value data);

    [LibraryImport(Library, EntryPoint = "mdb_put")]
    public static partial int Put(nint txn, uint dbi, in Value key, ref Value data, uint flags);

    [LibraryImport(Library, EntryPoint = "mdb_del")]
    public static partial int Delete(nint txn, uint dbi, in Value key, nint data);

    [LibraryImport(Library, EntryPoint = "mdb_cursor_open")]
    public static partial int CursorOpen(nint txn, uint dbi, out nint cursor);

    [LibraryImport(Library, EntryPoint = "mdb_cursor_close")]
    public static partial void CursorClose(nint cursor);

    [LibraryImport(Library, EntryPoint = "mdb_cursor_get")]
    public static partial int CursorGet(nint cursor, ref Value key, ref Value data, int operation);

    [LibraryImport(Library, EntryPoint = "mdb_strerror")]
    public static partial nint Describe(int code);

    [StructLayout(LayoutKind.Sequential)]
    public struct Value
    {
        public nuint Size;
        public byte* Data;

        public readonly ReadOnlySpan<byte> Span => new(Data, checked((int)Size));
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Statistics
    {
        public uint PageSize;
        public uint Depth;
        public nuint BranchPages;
        public nuint LeafPages;
        public nuint OverflowPages;
        public nuint Entries;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct EnvironmentInfo
    {
        public nint MapAddress;
        public nuint MapSize;
        public nuint LastPage;
        public nuint LastTransaction;
        public uint MaxReaders;
        public uint Readers;
    }
}
