using System.Buffers;
using Gateway.DataPlane.Upstreams.Http1;
using Microsoft.Win32.SafeHandles;

namespace Gateway.DataPlane.Proxy;

/// <summary>The whole body of a request, before its upstream hears of it: in memory, or in a file that has no name any more. It may be sent more than once.</summary>
internal sealed class GatheredBody : IDisposable
{
    private const int FilePiece = 64 * 1024;

    private readonly FileStream? _file;
    private readonly ReadOnlyMemory<byte> _memory;
    private byte[]? _rented;

    /// <summary>Takes a body that is in memory.</summary>
    /// <param name="memory">The body.</param>
    /// <param name="rented">What is given back when it is no longer needed, or null.</param>
    public GatheredBody(ReadOnlyMemory<byte> memory, byte[]? rented) => (_memory, _rented, Length) = (memory, rented, memory.Length);

    /// <summary>Takes a body that is in a file.</summary>
    /// <param name="file">The file, which is closed with this.</param>
    /// <param name="length">The body's length.</param>
    public GatheredBody(FileStream file, long length) => (_file, Length) = (file, length);

    /// <summary>The body's length, in bytes.</summary>
    public long Length { get; }

    /// <summary>Whether it goes out together with the head.</summary>
    /// <param name="output">What holds the head.</param>
    public bool IsSmall(RequestOutput output) => _file is null && output.Takes(_memory.Length);

    /// <summary>Puts a small body behind the head.</summary>
    /// <param name="output">What holds the head.</param>
    public void WriteTo(RequestOutput output) => output.Bytes(_memory.Span);

    /// <summary>Sends it, behind what the connection's output holds.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="limit">How long the upstream may take nothing.</param>
    public async ValueTask SendAsync(Http1Connection connection, TimeSpan limit)
    {
        await connection.FlushAsync(limit);
        if (_file is null)
        {
            await connection.SendAsync(_memory, limit);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(FilePiece);
        try
        {
            for (var sent = 0L; sent < Length;)
            {
                var count = await ReadAsync(_file.SafeFileHandle, buffer, sent);
                await connection.SendAsync(buffer.AsMemory(0, count), limit);
                sent += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>What fails here is this machine, not the upstream.</summary>
    private static async ValueTask<int> ReadAsync(SafeFileHandle file, byte[] buffer, long offset)
    {
        try
        {
            return await RandomAccess.ReadAsync(file, buffer, offset) is > 0 and var count ? count : throw new InvalidDataException("A gathered body has lost its end.");
        }
        catch (IOException e)
        {
            throw new InvalidDataException("A gathered body cannot be read.", e);
        }
    }
}
