using System.Text;
using Gateway.DataPlane.Upstreams.Http1;

namespace Gateway.DataPlane.Tests.Upstreams.Http1;

public sealed class ChunkedDecoderTests
{
    [Theory]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5\r\nhello\r\n6;name=value\r\n world\r\n00\r\n\r\n", "hello world")]
    [InlineData("A \r\n0123456789\r\n0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n", "0123456789")]
    [InlineData("0\r\n\r\n", "")]
    public void Body_InPiecesOfAnySize_IsTheSame(string text, string body)
    {
        for (var size = 1; size <= text.Length; size++)
        {
            Decode(text, size).ShouldBe((body, true), $"in pieces of {size}");
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("g\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("+1\r\na\r\n")]
    [InlineData("0x1\r\na\r\n")]
    [InlineData(" 1\r\na\r\n")]
    [InlineData("1 2\r\na\r\n")]
    [InlineData("1\na\r\n")]
    [InlineData("1\r\nab\r\n")]
    [InlineData("1\r\na\n")]
    [InlineData("1;a\rb\r\na\r\n")]
    [InlineData("1000000000000000\r\n")]
    [InlineData("0\r\nA : b\r\n\r\n")]
    [InlineData("0\r\n folded\r\n\r\n")]
    public void Body_ThatIsNotToTheLetter_IsRefused(string text)
    {
        for (var size = 1; size <= text.Length; size++)
        {
            Decode(text, size).Body.ShouldBeNull($"in pieces of {size}");
        }
    }

    [Fact]
    public void Line_WithoutEnd_IsRefused() => Decode("1;" + new string('x', 5000), 5002).Body.ShouldBeNull();

    [Fact]
    public void Trailers_AreKept()
    {
        var decoder = default(ChunkedDecoder);
        decoder.TryRead("0\r\nX-Sum: 1\r\n\r\nHTTP"u8, out var consumed, out _, out _).ShouldBeTrue();
        decoder.IsFinished.ShouldBeTrue();
        consumed.ShouldBe(15);
        decoder.Trailers!.Single().ShouldBe(new ResponseHeader(KnownHeaders.None, "X-Sum", "1"));
    }

    private static (string? Body, bool IsFinished) Decode(string text, int size)
    {
        var (body, waiting) = (new StringBuilder(), new List<byte>());
        var decoder = default(ChunkedDecoder);
        foreach (var piece in Encoding.Latin1.GetBytes(text).Chunk(size))
        {
            waiting.AddRange(piece);
            int length;
            do
            {
                var received = waiting.ToArray();
                if (!decoder.TryRead(received, out var consumed, out var offset, out length))
                {
                    return (null, false);
                }

                body.Append(Encoding.Latin1.GetString(received, offset, length));
                waiting.RemoveRange(0, consumed);
            }
            while (length > 0);
        }

        return (body.ToString(), decoder.IsFinished);
    }
}
