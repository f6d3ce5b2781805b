namespace Gateway.DataPlane.Config.Lmdb;

/// <summary>A transaction; what it hands out as spans is gone with it, and it stays on the thread that began it.</summary>
internal sealed unsafe class LmdbTransaction : IDisposable
{
    /// <summary>The longest key that LMDB takes.</summary>
    public const int MaxKey = 511;

    private readonly LmdbEnvironment _environment;
    private readonly bool _isReadOnly;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private nint _handle;

    internal LmdbTransaction(LmdbEnvironment environment, nint handle, bool isReadOnly)
    {
        _environment = environment;
        _handle = handle;
        _isReadOnly = isReadOnly;
    }

    /// <summary>The handle of a named database; null when there is none and it is not to be created.</summary>
    public uint? Database(string name, bool create)
    {
        var code = LmdbNative.DbiOpen(Handle, name, create ? LmdbNative.Create : 0, out var dbi);
        if (code is LmdbNative.NotFound)
        {
            return null;
        }

        LmdbException.Check(code, $"open the database {name}");
        return dbi;
    }

    /// <summary>The value of a key; it lives as long as the transaction.</summary>
    public bool TryGet(uint database, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        fixed (byte* keyData = key)
        {
            var code = LmdbNative.Get(Handle, database, new LmdbNative.Value { Data = keyData, Size = (nuint)key.Length }, out var data);
            if (code is LmdbNative.NotFound)
            {
                value = default;
                return false;
            }

            LmdbException.Check(code, "read");
            value = data.Span;
            return true;
        }
    }

    /// <summary>Writes a value.</summary>
    public void Put(uint database, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* keyData = key)
        fixed (byte* valueData = value)
        {
            var data = new LmdbNative.Value { Data = valueData, Size = (nuint)value.Length };
            LmdbException.Check(
                LmdbNative.Put(Handle, database, new LmdbNative.Value { Data = keyData, Size = (nuint)key.Length }, ref data, 0), "write");
        }
    }

    /// <summary>Takes a key out.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Delete(uint database, ReadOnlySpan<byte> key)
    {
        fixed (byte* keyData = key)
        {
            var code = LmdbNative.Delete(Handle, database, new LmdbNative.Value { Data = keyData, Size = (nuint)key.Length }, 0);
            if (code is LmdbNative.NotFound)
            {
                return false;
            }

            LmdbException.Check(code, "delete");
            return true;
        }
    }

    /// <summary>Empties a database.</summary>
    public void Clear(uint database) => LmdbException.Check(LmdbNative.Drop(Handle, database, delete: 0), "empty a database");

    /// <summary>How many keys a database holds.</summary>
    public long Count(uint database)
    {
        LmdbException.Check(LmdbNative.Stat(Handle, database, out var statistics), "count");
        return (long)statistics.Entries;
    }

    /// <summary>Walks over the keys of a database that begin with a prefix, in their order.</summary>
    public LmdbCursor Scan(uint database, ReadOnlySpan<byte> prefix) => new(Handle, database, prefix);

    /// <summary>Makes what was written last, on disk, and ends the transaction.</summary>
    public void Commit()
    {
        var handle = Handle;
        // The handle is gone whatever comes of it.
        _handle = 0;
        LmdbException.Check(LmdbNative.TxnCommit(handle), "commit");
    }

    /// <summary>Ends the transaction; what was not committed is dropped.</summary>
    public void Dispose()
    {
        if (_handle is 0)
        {
            return;
        }

        var handle = Handle;
        _handle = 0;
        if (_isReadOnly)
        {
            _environment.Return(handle);
        }
        else
        {
            LmdbNative.TxnAbort(handle);
        }
    }

    private nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle is 0, this);
            return _thread == Environment.CurrentManagedThreadId
                ? _handle
                : throw new InvalidOperationException("an LMDB transaction belongs to the thread that began it");
        }
    }
}
