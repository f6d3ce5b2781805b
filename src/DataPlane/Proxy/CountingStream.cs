using Gateway.PluginSdk;

namespace Gateway.DataPlane.Proxy;

/// <summary>Counts the bytes of an answer's body on their way.</summary>
/// <param name="next">What it writes to.</param>
/// <param name="count">Where it counts.</param>
internal sealed class CountingStream(Stream next, ByteCount count) : BodyFilterStream(next)
{
    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        count.Value += buffer.Length;
        return Next.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => default;
}

/// <summary>A number of bytes.</summary>
internal sealed class ByteCount
{
    public long Value { get; set; }
}
