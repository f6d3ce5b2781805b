namespace Gateway.PluginSdk;

/// <summary>Hands a body on as it comes, and keeps a copy for when it is whole; of one that grows too large there is none.</summary>
/// <param name="next">What it writes to.</param>
/// <param name="whole">Is given the whole body at its end.</param>
/// <param name="ceiling">The largest body that is copied, in bytes.</param>
public sealed class CopyingBodyStream(Stream next, Action<ReadOnlyMemory<byte>> whole, int ceiling) : BodyFilterStream(next)
{
    private MemoryStream? _copy = new();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_copy is { } copy)
        {
            if (copy.Length + buffer.Length > ceiling)
            {
                _copy = null;
            }
            else
            {
                copy.Write(buffer.Span);
            }
        }

        return Next.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (_copy is { } copy)
        {
            _copy = null;
            whole(copy.GetBuffer().AsMemory(0, (int)copy.Length));
        }

        return default;
    }
}
