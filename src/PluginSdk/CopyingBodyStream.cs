namespace Gateway.PluginSdk;

/// <summary>Hands a body on as it comes, and keeps a copy for when it is whole; of one that grows too large there is none.</summary>
/// <param name="next">What it writes to.</param>
/// <param name="whole">Is given the whole body before its last piece goes on, where the length is known, otherwise before the client can see that it ended.</param>
/// <param name="length">How long the body is said to be, in bytes.</param>
/// <param name="ceiling">The largest body that is copied, in bytes.</param>
public sealed class CopyingBodyStream(Stream next, Action<ReadOnlyMemory<byte>> whole, long? length, int ceiling) : BodyFilterStream(next)
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
                if (copy.Length == length)
                {
                    End();
                }
            }
        }

        return Next.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        End();
        return default;
    }

    private void End()
    {
        if (_copy is { } copy)
        {
            _copy = null;
            whole(copy.GetBuffer().AsMemory(0, (int)copy.Length));
        }
    }
}
