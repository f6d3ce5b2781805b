using Gateway.DataPlane.Upstreams.Dns;

namespace Gateway.DataPlane.Tests.Upstreams.Dns;

public sealed class DnsWireTests
{
    private static readonly byte[] _question = DnsWire.Question(0x1234, "a.test", DnsType.A)!;

    [Fact]
    public void Question_ForAName_IsWrittenAsRfc1035Says() =>
        _question.ShouldBe([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte)'a', 4, (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0, 0, 1, 0, 1]);

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("ä.test")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test")]
    public void Question_ForWhatIsNoName_IsNotWritten(string name) => DnsWire.Question(1, name, DnsType.A).ShouldBeNull();

    [Fact]
    public void Read_ARecord_IsRead()
    {
        var read = DnsWire.Read(Answer([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1]), _question)!;
        var record = read.Records.Single();
        (record.Owner, record.Type, record.Ttl, record.Address!.ToString()).ShouldBe(("a.test", DnsType.A, 9, "10.0.0.1"));
    }

    [Theory]
    [InlineData(new byte[] { 0xc0, 24, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1 }, "a pointer to itself")]
    [InlineData(new byte[] { 0xc0, 40, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1, 0xc0, 24 }, "a pointer forward")]
    [InlineData(new byte[] { 1, (byte)'x', 0xc0, 24, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1 }, "a pointer to its own beginning")]
    [InlineData(new byte[] { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 3, 10, 0, 0 }, "an address of three octets")]
    [InlineData(new byte[] { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 9, 10, 0, 0, 1 }, "data beyond the end")]
    [InlineData(new byte[] { 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 3, 1, (byte)'b', 0xc0 }, "a name beyond the end")]
    [InlineData(new byte[] { 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 3, 1, (byte)'\n', 0 }, "a line break in a name")]
    [InlineData(new byte[] { 0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 9, 0, 6, 0, 1, 0, 1, 0, 80 }, "a server without a name")]
    [InlineData(new byte[] { 0x80, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1 }, "a length that means nothing")]
    [InlineData(new byte[] { }, "less than was announced")]
    public void Read_WhatIsDamaged_IsNotTaken(byte[] record, string why) => DnsWire.Read(Answer(record), _question).ShouldBeNull(why);

    [Fact]
    public void Read_AnotherIdOrQuestion_IsNotTaken()
    {
        byte[] record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1];
        var otherId = Answer(record);
        otherId[0]++;
        var otherName = Answer(record);
        otherName[13] = (byte)'b';
        var aQuestion = Answer(record);
        aQuestion[2] = 1;
        var otherCase = Answer(record);
        otherCase[13] = (byte)'A';
        DnsWire.Read(otherId, _question).ShouldBeNull();
        DnsWire.Read(otherName, _question).ShouldBeNull();
        DnsWire.Read(aQuestion, _question).ShouldBeNull();
        DnsWire.Read(otherCase, _question).ShouldNotBeNull("names have no case");
    }

    [Fact]
    public void Read_RandomDamage_NeverFailsOrHangs()
    {
        var random = new Random(7);
        byte[] records = [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1, (byte)'b', 0xc0, 14, 0xc0, 36, 0, 33, 0, 1, 0, 0, 0, 9, 0, 9, 0, 1, 0, 1, 0, 80, 0xc0, 36, 0];
        for (var i = 0; i < 50_000; i++)
        {
            var message = Answer(records, count: 3);
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                message[random.Next(_question.Length, message.Length)] = (byte)random.Next(256);
            }

            DnsWire.Read(message.AsSpan(0, random.Next(message.Length + 1)), _question);
        }
    }

    private static byte[] Answer(byte[] records, byte count = 1)
    {
        byte[] message = [.. _question, .. records];
        (message[2], message[3], message[7]) = (0x81, 0x80, count);
        return message;
    }
}
