namespace Gateway.PluginSdk;

/// <summary>A filter on the body of an answer: what is written to it, it hands on as it likes.</summary>
/// <param name="next">What it writes to.</param>
public abstract class BodyFilterStream(Stream next) : Stream
{
    /// <inheritdoc/>
    public sealed override bool CanRead => false;

    /// <inheritdoc/>
    public sealed override bool CanSeek => false;

    /// <inheritdoc/>
    public sealed override bool CanWrite => true;

    /// <inheritdoc/>
    public sealed override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What the filter writes to.</summary>
    protected Stream Next => next;

    /// <inheritdoc/>
    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public sealed override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes what is left when the body is at its end.</summary>
    public abstract override ValueTask DisposeAsync();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => next.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public sealed override void Flush() => throw new NotSupportedException("Answers are written asynchronously.");

    /// <inheritdoc/>
    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Answers are written asynchronously.");
}

/// <summary>Holds a body until it is whole, and hands on what is made of it; one that grows too large goes on as it is.</summary>
/// <param name="next">What it writes to.</param>
/// <param name="change">Makes the body that is handed on; null leaves it as it is.</param>
/// <param name="ceiling">The largest body that is held, in bytes.</param>
public sealed class WholeBodyStream(Stream next, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?> change, int ceiling = WholeBodyStream.Ceiling) : BodyFilterStream(next)
{
    /// <summary>The largest body that is held when nothing else is said, in bytes.</summary>
    public const int Ceiling = 32 * 1024 * 1024;

    private MemoryStream? _held = new();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_held is not { } held)
        {
            await Next.WriteAsync(buffer, cancellationToken);
            return;
        }

        held.Write(buffer.Span);
        if (held.Length > ceiling)
        {
            _held = null;
            await Next.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _held is null ? Next.FlushAsync(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_held is { } held)
        {
            _held = null;
            var body = held.GetBuffer().AsMemory(0, (int)held.Length);
            var changed = change(body) ?? body;
            if (changed.Length > 0)
            {
                await Next.WriteAsync(changed);
            }
        }
    }
}
