using System.Collections.Concurrent;

namespace Gateway.DataPlane.Config.Lmdb;

/// <summary>An open LMDB folder, whose map grows by itself and whose read transactions are pooled.</summary>
internal sealed class LmdbEnvironment : IDisposable
{
    // Read transactions hold it shared, because the map may move only while none of them is active.
    private readonly ReaderWriterLockSlim _map = new(LockRecursionPolicy.SupportsRecursion);
    private readonly ConcurrentBag<nint> _idle = [];
    // Closing waits for a writer, under whose hands the file would go otherwise.
    private readonly Lock _writing = new();
    private nint _handle;

    private LmdbEnvironment(nint handle) => _handle = handle;

    /// <summary>How many bytes the data may take before the map has to grow.</summary>
    public long MapSize
    {
        get
        {
            LmdbException.Check(LmdbNative.EnvInfo(_handle, out var info), "read the map size");
            return (long)info.MapSize;
        }
    }

    /// <summary>Opens a folder, which must exist; the files in it need not.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="mapSize">The map size to begin with; a larger file keeps its own.</param>
    /// <param name="databases">How many named databases there may be.</param>
    /// <exception cref="LmdbDamagedException">The file is no LMDB file.</exception>
    public static LmdbEnvironment Open(string folder, long mapSize, int databases)
    {
        nint handle;
        try
        {
            LmdbException.Check(LmdbNative.EnvCreate(out handle), "create an environment");
        }
        catch (DllNotFoundException missing)
        {
            throw new IOException("liblmdb.so.0 is missing; it comes with the system package liblmdb0", missing);
        }

        try
        {
            LmdbException.Check(LmdbNative.EnvSetMaxDatabases(handle, (uint)databases), "set the number of databases");
            // One slot per request that reads at the same moment; a slot is 64 bytes.
            LmdbException.Check(LmdbNative.EnvSetMaxReaders(handle, 4096), "set the number of readers");
            LmdbException.Check(LmdbNative.EnvSetMapSize(handle, Rounded(mapSize)), "set the map size");
            // Whatever ends this process, what was committed is there. When the power fails, the last commit may be undone, as a whole; who sent it sends it again.
            LmdbException.Check(LmdbNative.EnvOpen(handle, folder, LmdbNative.NoTls | LmdbNative.NoMetaSync, 0b110_000_000), $"open {folder}");
            LmdbException.Check(LmdbNative.ReaderCheck(handle, out _), "free the slots of dead readers");
            return new LmdbEnvironment(handle);
        }
        catch
        {
            LmdbNative.EnvClose(handle);
            throw;
        }
    }

    /// <summary>Begins to read one state of the data, on this thread, until it is disposed of.</summary>
    public LmdbTransaction BeginRead()
    {
        _map.EnterReadLock();
        try
        {
            return new LmdbTransaction(this, Renewed(), isReadOnly: true);
        }
        catch (LmdbMapResizedException)
        {
            _map.ExitReadLock();
            SetMapSize(0);
        }
        catch
        {
            _map.ExitReadLock();
            throw;
        }

        return BeginRead();
    }

    /// <summary>Begins to write, on this thread, when nobody else does; nothing is kept unless it is committed.</summary>
    public LmdbTransaction BeginWrite()
    {
        ObjectDisposedException.ThrowIf(_handle is 0, this);
        var code = LmdbNative.TxnBegin(_handle, 0, 0, out var txn);
        if (code is LmdbNative.MapResized)
        {
            SetMapSize(0);
            code = LmdbNative.TxnBegin(_handle, 0, 0, out txn);
        }

        LmdbException.Check(code, "begin to write");
        return new LmdbTransaction(this, txn, isReadOnly: false);
    }

    /// <summary>Writes in one transaction that is repeated on a larger map when the map proves too small; the action decides whether to commit.</summary>
    /// <param name="write">Writes, and says whether to keep it; it may run more than once.</param>
    /// <returns>Whether it was kept.</returns>
    public bool Write(Func<LmdbTransaction, bool> write)
    {
        using var alone = _writing.EnterScope();
        while (true)
        {
            try
            {
                using var txn = BeginWrite();
                if (!write(txn))
                {
                    return false;
                }

                txn.Commit();
                return true;
            }
            catch (LmdbMapFullException)
            {
                SetMapSize(checked(MapSize * 2));
            }
        }
    }

    /// <summary>Closes the folder once nobody reads or writes any more.</summary>
    public void Dispose()
    {
        using var alone = _writing.EnterScope();
        _map.EnterWriteLock();
        try
        {
            if (_handle is 0)
            {
                return;
            }

            while (_idle.TryTake(out var txn))
            {
                LmdbNative.TxnAbort(txn);
            }

            LmdbNative.EnvClose(_handle);
            _handle = 0;
        }
        finally
        {
            _map.ExitWriteLock();
        }
    }

    /// <summary>Takes back a read transaction, for the next reader.</summary>
    internal void Return(nint txn)
    {
        LmdbNative.TxnReset(txn);
        _idle.Add(txn);
        _map.ExitReadLock();
    }

    private nint Renewed()
    {
        ObjectDisposedException.ThrowIf(_handle is 0, this);
        if (_idle.TryTake(out var txn))
        {
            var code = LmdbNative.TxnRenew(txn);
            if (code is not LmdbNative.Success)
            {
                LmdbNative.TxnAbort(txn);
            }

            LmdbException.Check(code, "begin to read");
            return txn;
        }

        LmdbException.Check(LmdbNative.TxnBegin(_handle, 0, LmdbNative.ReadOnly, out txn), "begin to read");
        return txn;
    }

    /// <summary>Moves the map; 0 takes the size that another process has set.</summary>
    private void SetMapSize(long size)
    {
        _map.EnterWriteLock();
        try
        {
            LmdbException.Check(LmdbNative.EnvSetMapSize(_handle, size is 0 ? 0 : Rounded(size)), "change the map size");
        }
        finally
        {
            _map.ExitWriteLock();
        }
    }

    private static nuint Rounded(long size)
    {
        var page = Environment.SystemPageSize;
        return (nuint)((size + page - 1) / page * page);
    }
}
