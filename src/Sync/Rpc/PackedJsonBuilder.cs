using System.Buffers;

namespace Gateway.Sync.Rpc;

/// <summary>Compresses JSON piece by piece, so that what is large is never in memory uncompressed.</summary>
public sealed class PackedJsonBuilder
{
    private const int Piece = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly ArrayBufferWriter<byte> _elements = new();
    private int _length;

    /// <summary>Adds bytes.</summary>
    /// <param name="json">UTF-8 JSON, or a part of it.</param>
    public void Append(ReadOnlySpan<byte> json)
    {
        _json.Write(json);
        _length += json.Length;
        if (_json.WrittenCount >= Piece)
        {
            Flush();
        }
    }

    /// <summary>What was added, compressed.</summary>
    public PackedJson Build()
    {
        Flush();
        return new PackedJson(_length, _elements.WrittenSpan.ToArray());
    }

    private void Flush()
    {
        if (_json.WrittenCount > 0)
        {
            _elements.Write(PackedJson.Of(_json.WrittenSpan).Elements.Span);
            _json.ResetWrittenCount();
        }
    }
}
