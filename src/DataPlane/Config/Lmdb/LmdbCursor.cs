namespace Gateway.DataPlane.Config.Lmdb;

/// <summary>A walk over the keys with a common prefix; it must end before its transaction.</summary>
internal unsafe ref struct LmdbCursor
{
    private readonly ReadOnlySpan<byte> _prefix;
    private nint _handle;
    private LmdbNative.Value _key;
    private LmdbNative.Value _data;
    private bool _started;

    internal LmdbCursor(nint transaction, uint database, ReadOnlySpan<byte> prefix)
    {
        _prefix = prefix;
        LmdbException.Check(LmdbNative.CursorOpen(transaction, database, out _handle), "open a cursor");
    }

    /// <summary>The key at which the walk stands.</summary>
    public readonly ReadOnlySpan<byte> Key => _key.Span;

    /// <summary>The value at which the walk stands.</summary>
    public readonly ReadOnlySpan<byte> Value => _data.Span;

    /// <summary>Goes to the next key.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        var code = _started ? LmdbNative.CursorGet(_handle, ref _key, ref _data, LmdbNative.CursorNext) : Start();
        _started = true;
        if (code is LmdbNative.NotFound)
        {
            return false;
        }

        LmdbException.Check(code, "walk");
        return _key.Span.StartsWith(_prefix);
    }

    /// <summary>Ends the walk.</summary>
    public void Dispose()
    {
        if (_handle is not 0)
        {
            LmdbNative.CursorClose(_handle);
            _handle = 0;
        }
    }

    private int Start()
    {
        if (_prefix.IsEmpty)
        {
            return LmdbNative.CursorGet(_handle, ref _key, ref _data, LmdbNative.CursorFirst);
        }

        fixed (byte* prefix = _prefix)
        {
            _key = new LmdbNative.Value { Data = prefix, Size = (nuint)_prefix.Length };
            return LmdbNative.CursorGet(_handle, ref _key, ref _data, LmdbNative.CursorSetRange);
        }
    }
}
