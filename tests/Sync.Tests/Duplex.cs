using System.IO.Pipelines;

namespace Gateway.Sync.Tests;

/// <summary>Two streams of which each reads what was written to the other.</summary>
internal static class Duplex
{
    public static (Stream Left, Stream Right) Create()
    {
        var (up, down) = (new Pipe(Large), new Pipe(Large));
        return (new End(down.Reader.AsStream(), up.Writer.AsStream()), new End(up.Reader.AsStream(), down.Writer.AsStream()));
    }

    private static PipeOptions Large => new(pauseWriterThreshold: 0);

    private sealed class End(Stream reader, Stream writer) : Stream
    {
        public override bool CanRead => true;
        public override bool CanWrite => true;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => writer.Flush();
        public override Task FlushAsync(CancellationToken cancellationToken) => writer.FlushAsync(cancellationToken);
        public override int Read(byte[] buffer, int offset, int count) => reader.Read(buffer, offset, count);
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => reader.ReadAsync(buffer, cancellationToken);
        public override void Write(byte[] buffer, int offset, int count) => writer.Write(buffer, offset, count);
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            writer.WriteAsync(buffer, cancellationToken);
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            writer.Dispose();
            reader.Dispose();
            base.Dispose(disposing);
        }
    }
}
