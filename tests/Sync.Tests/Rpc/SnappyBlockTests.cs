using System.Text;
using Gateway.Sync.Rpc;
using Gateway.Testing;

namespace Gateway.Sync.Tests.Rpc;

public class SnappyBlockTests
{
    [SharedFact]
    public void Pack_ShortRecordedMessage_HasTheRecordedLength()
    {
        // Too short to be compressed, so there is one way to write it: its length, one literal.
        foreach (var frame in Recording.Lines("hybrid", "wire-v2-rpc.jsonl").Where(f => f.TryGetProperty("encoding", out var encoding) && encoding.GetString() is "snappy"))
        {
            var payload = Recording.Text(frame, "payload");
            if (payload.Length <= 60)
            {
                SnappyBlock.Pack(Encoding.UTF8.GetBytes(payload)).Length.ShouldBe(frame.GetProperty("wire_len").GetInt32());
            }
        }
    }

    [Fact]
    public void Unpack_WhatWasPutTogetherFromParts_IsTheWhole()
    {
        var middle = Enumerable.Range(0, 40_000).Select(i => $"{{\"id\":{i},\"name\":\"service-{i % 7}\"}}").ToArray();
        var builder = new PackedJsonBuilder();
        foreach (var piece in middle)
        {
            builder.Append(Encoding.UTF8.GetBytes(piece));
        }

        var packed = builder.Build();
        foreach (var before in new[] { "", "{", new string('x', 60), new string('y', 61), new string('z', 256) })
        {
            byte[] block = [.. SnappyBlock.Head(Encoding.UTF8.GetBytes(before), packed, "}"u8), .. packed.Elements.Span, .. SnappyBlock.Literal("}"u8)];
            Encoding.UTF8.GetString(SnappyBlock.Unpack(block, int.MaxValue)!).ShouldBe(before + string.Concat(middle) + "}");
        }

        packed.Elements.Length.ShouldBeLessThan(packed.Length / 3);
    }

    [Fact]
    public void Unpack_GarbageOrTooMuch_IsNull()
    {
        SnappyBlock.Unpack([], 100).ShouldBeNull();
        SnappyBlock.Unpack([0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 100).ShouldBeNull();
        SnappyBlock.Unpack("{\"jsonrpc\":\"2.0\"}"u8, 1000).ShouldBeNull();
        SnappyBlock.Unpack(SnappyBlock.Pack(new byte[101]), 100).ShouldBeNull();
        SnappyBlock.Unpack(SnappyBlock.Pack(new byte[100]), 100).ShouldNotBeNull();
    }
}
