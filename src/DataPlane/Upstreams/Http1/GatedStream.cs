using Gateway.DataPlane.Sockets;

namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>
/// The octets below TLS. While it is shut, what arrives stays in the socket, where it is seen before the next request is written; a reader above gets no more than it has already.
/// </summary>
/// <param name="socket">The socket.</param>
internal sealed class GatedStream(LoopSocket socket) : LoopStream(socket)
{
    private TaskCompletionSource? _opening;

    /// <summary>Leaves what arrives in the socket from now on.</summary>
    public void Shut() => _opening = new TaskCompletionSource();

    /// <summary>Lets a reader have it.</summary>
    public void Open()
    {
        var opening = _opening;
        _opening = null;
        opening?.SetResult();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _opening is { } opening ? WaitAsync(opening.Task, buffer, cancellationToken) : base.ReadAsync(buffer, cancellationToken);

    private async ValueTask<int> WaitAsync(Task opening, Memory<byte> buffer, CancellationToken cancellation)
    {
        await opening;
        return await base.ReadAsync(buffer, cancellation);
    }
}
