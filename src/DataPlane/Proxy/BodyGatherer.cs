using System.Buffers;
using System.IO.Pipelines;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Http1;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>Gathers the bodies of requests whose route wants it (<c>request_buffering</c>), so that no upstream waits for a slow client or sees a part of a body.</summary>
/// <param name="options">The node's settings.</param>
/// <param name="files">Where large bodies are held.</param>
/// <param name="time">The clock.</param>
internal sealed class BodyGatherer(DataPlaneOptions options, NamelessFiles files, TimeProvider time)
{
    // What most bodies need; more is asked for as they grow.
    private const int LeastRoom = 8 * 1024;

    /// <summary>Gathers the body of a request.</summary>
    /// <param name="exchange">The request, which has a body; it takes what was gathered.</param>
    /// <returns>What the client did wrong; null when nothing.</returns>
    /// <exception cref="IOException">The body can be kept nowhere.</exception>
    public async ValueTask<TryResult?> GatherAsync(HttpExchange exchange)
    {
        if (exchange.Http.Request.Body is MemoryStream read && read.TryGetBuffer(out var held))
        {
            // A plugin has read or written it.
            exchange.Gathered = new GatheredBody(held, rented: null);
            return null;
        }

        var gathering = new Gathering(exchange, options.BodyBuffer, options.Limits.Body, files, time);
        try
        {
            return await gathering.RunAsync();
        }
        finally
        {
            gathering.Dispose();
        }
    }

    private sealed class Gathering(HttpExchange exchange, int most, TimeSpan patience, NamelessFiles files, TimeProvider time) : IDisposable
    {
        private readonly PipeReader _reader = exchange.Http.Request.BodyReader;
        private byte[]? _memory;
        private FileStream? _file;
        private List<ReadOnlyMemory<byte>>? _pieces;
        private Watchdog? _watchdog;
        private long _length;

        public async ValueTask<TryResult?> RunAsync()
        {
            while (true)
            {
                var reading = _reader.ReadAsync();
                if (!reading.IsCompleted)
                {
                    (_watchdog ??= new Watchdog(time, _ => _reader.CancelPendingRead())).BeginClient(patience);
                }

                var (read, failure) = await ReadAsync(reading);
                if (failure is not null)
                {
                    return failure;
                }

                _watchdog?.EndClient();
                try
                {
                    if (read.IsCanceled)
                    {
                        return TryResult.ClientTooSlow;
                    }

                    await TakeAsync(read.Buffer);
                }
                finally
                {
                    _reader.AdvanceTo(read.Buffer.End);
                }

                if (read.IsCompleted)
                {
                    exchange.Gathered = _file is null ? new GatheredBody(_memory.AsMemory(0, (int)_length), _memory) : new GatheredBody(_file, _length);
                    (_memory, _file) = (null, null);
                    return null;
                }
            }
        }

        public void Dispose()
        {
            _watchdog?.Dispose();
            _file?.Dispose();
            GiveBack();
        }

        /// <summary>What is awaited, or what went wrong with it.</summary>
        private static async ValueTask<(ReadResult Read, TryResult? Failure)> ReadAsync(ValueTask<ReadResult> reading)
        {
            try
            {
                return (await reading, null);
            }
            catch (BadHttpRequestException e)
            {
                return (default, TryResults.OfBody(e.StatusCode));
            }
            catch (IOException e) when (e.InnerException is OverflowException)
            {
                // So Kestrel tells of a chunk whose size is no number of 32 bits.
                return (default, TryResult.ClientBodyBad);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                return (default, TryResult.ClientGone);
            }
        }

        private ValueTask TakeAsync(in ReadOnlySequence<byte> bytes)
        {
            var length = _length + bytes.Length;
            if (_file is not null || length > most || exchange.RequestHeaders.ContentLength > most)
            {
                return WriteAsync(bytes, length);
            }

            if (_memory is null || _memory.Length < length)
            {
                var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(length, exchange.RequestHeaders.ContentLength ?? Math.Min(most, Math.Max(LeastRoom, _length * 2))));
                _memory.AsSpan(0, (int)_length).CopyTo(larger);
                GiveBack();
                _memory = larger;
            }

            bytes.CopyTo(_memory.AsSpan((int)_length));
            _length = length;
            return default;
        }

        private async ValueTask WriteAsync(ReadOnlySequence<byte> bytes, long length)
        {
            if (_file is null)
            {
                _file = files.Open();
                if (_length > 0)
                {
                    await RandomAccess.WriteAsync(_file.SafeFileHandle, _memory.AsMemory(0, (int)_length), 0);
                }

                GiveBack();
            }

            (_pieces ??= []).Clear();
            foreach (var piece in bytes)
            {
                _pieces.Add(piece);
            }

            await RandomAccess.WriteAsync(_file.SafeFileHandle, _pieces, _length);
            _length = length;
        }

        private void GiveBack()
        {
            if (_memory is { } memory)
            {
                _memory = null;
                ArrayPool<byte>.Shared.Return(memory);
            }
        }
    }
}
