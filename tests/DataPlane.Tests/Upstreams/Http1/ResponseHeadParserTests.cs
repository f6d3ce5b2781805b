using System.Text;
using Gateway.DataPlane.Upstreams.Http1;

namespace Gateway.DataPlane.Tests.Upstreams.Http1;

public sealed class ResponseHeadParserTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200)]
    [InlineData("HTTP/1.1 200\r\n\r\n", 200)]
    [InlineData("HTTP/1.1 404 \r\n\r\n", 404)]
    [InlineData("HTTP/1.0 999 Sorry, no: such\r\n\r\n", 999)]
    [InlineData("HTTP/1.1 200 OK\nA: b\n\n", 200)]
    public void StatusLine_OfTheRfc_IsRead(string text, int status)
    {
        Parse(text, out var head).ShouldBeTrue();
        head.Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("HTTP/1.1200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 +20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.2 200 OK\r\n\r\n")]
    [InlineData("HTTP/2 200\r\n\r\n")]
    [InlineData("http/1.1 200 OK\r\n\r\n")]
    [InlineData(" HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 O\rK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nNo colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: no name\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA : b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA b: c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n A: b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\u007f\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding:\vchunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public void Head_ThatCouldBeReadInTwoWays_IsRefused(string text) => Parse(text, out _).ShouldBeFalse();

    [Fact]
    public void Headers_KeepOrderOctetsAndUnknownNames_AndKnownNamesTheirSpelling()
    {
        Parse("HTTP/1.1 200 OK\r\nx-Own:  a b \t\r\nset-cookie: a=1\r\nSET-COOKIE: b=\u00e9\r\nX-Empty:\r\nCONTENT-LENGTH: 12\r\n\r\n", out var head).ShouldBeTrue();
        head.Headers.Select(h => (h.Name, h.Value)).ShouldBe([("x-Own", "a b"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=\u00e9"), ("X-Empty", "")]);
        head.ContentLength.ShouldBe(12);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: X-A, Close\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n", false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n", true)]
    public void Connection_SaysWhetherItStaysOpen(string text, bool keepsAlive)
    {
        Parse(text, out var head).ShouldBeTrue();
        head.KeepsAlive.ShouldBe(keepsAlive);
    }

    [Fact]
    public void LengthOf_WhateverThePieces_IsTheSame()
    {
        var text = Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n\r\nhi");
        var scanned = 0;
        for (var received = 0; received < text.Length - 2; received++)
        {
            ResponseHeadParser.LengthOf(text.AsSpan(0, received), ref scanned).ShouldBe(0);
        }

        ResponseHeadParser.LengthOf(text, ref scanned).ShouldBe(text.Length - 2);
    }

    [Fact]
    public void Values_ThatComeAgain_AreTheSameString()
    {
        var values = new HeaderValues();
        values.Of(5, "nginx"u8).ShouldBeSameAs(values.Of(5, "nginx"u8));
        values.Of(5, "caddy"u8).ShouldBe("caddy");
        values.Of(5, "nginx"u8).ShouldBe("nginx");
    }

    [Fact]
    public void KnownHeaders_AreFoundInAnyCase()
    {
        foreach (var (index, name) in KnownHeaders.Names.Index())
        {
            KnownHeaders.Find(Encoding.ASCII.GetBytes(name)).ShouldBe(index);
            KnownHeaders.Find(Encoding.ASCII.GetBytes(name.ToUpperInvariant())).ShouldBe(index);
            KnownHeaders.Find(Encoding.ASCII.GetBytes(name + "x")).ShouldNotBe(index);
        }
    }

    private static bool Parse(string text, out ResponseHead head) => ResponseHeadParser.TryParse(Encoding.Latin1.GetBytes(text), head = new ResponseHead(), new HeaderValues());
}
