using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Sync.Tests;

public class FullSyncTests
{
    private const int Limit = 1 << 24;

    [SharedFact]
    public void Reconfigure_EveryRecordedPush_IsReadAndWrittenWithTheSameContent()
    {
        foreach (var push in Recording.Pushes())
        {
            var read = Reconfigure.Parse(Gzip(push.GetRawText()), Limit, out var error).ShouldNotBeNull(error);
            read.Hash.ShouldBe(Recording.Text(push, "config_hash"));

            var written = Gunzip(ConfigDocument.Create(read.ConfigTable, DateTimeOffset.FromUnixTimeMilliseconds((long)(read.Timestamp * 1000))).Frame);
            JsonNode.DeepEquals(JsonNode.Parse(written), JsonNode.Parse(push.GetRawText())).ShouldBeTrue();
        }
    }

    [SharedFact]
    public void BasicInfo_Recorded_IsReadAndWrittenWithTheSameContent()
    {
        foreach (var frame in Recording.Frames().Where(f => Recording.Text(f, "dir") == "DP->CP" && Recording.Text(f, "op") == "binary"))
        {
            var recorded = JsonNode.Parse(Recording.Text(frame, "payload"))!.AsObject();
            var info = BasicInfo.Parse(Encoding.UTF8.GetBytes(recorded.ToJsonString()), out var error).ShouldNotBeNull(error);
            info.Plugins.ShouldContain(new PluginVersion("key-auth", "3.9.3"));
            info.Labels["region"].ShouldBe("eu");

            var written = JsonNode.Parse((info with { ProcessConf = recorded["process_conf"]!.DeepClone().AsObject() }).ToMessage());
            JsonNode.DeepEquals(written, recorded).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("{\"type\":\"basic_info\",\"plugins\":{},\"filters\":{}}", true)]
    [InlineData("{\"type\":\"basic_info\",\"plugins\":[{\"name\":\"x\"}]}", true)]
    [InlineData("{\"type\":\"basic_info\"}", false)]
    [InlineData("{\"type\":\"other\",\"plugins\":[]}", false)]
    [InlineData("[]", false)]
    [InlineData("garbage", false)]
    public void BasicInfo_HandMade_IsJudgedByTypeAndPlugins(string message, bool ok)
    {
        (BasicInfo.Parse(Encoding.UTF8.GetBytes(message), out var error) is not null).ShouldBe(ok);
        (error is null).ShouldBe(ok);
    }

    [Fact]
    public void Reconfigure_WithoutHashes_ComputesThem()
    {
        var read = Reconfigure.Parse(Gzip("{\"type\":\"reconfigure\",\"config_table\":{\"_format_version\":\"3.0\",\"_transform\":false}}"), Limit, out _);
        read!.Hash.ShouldBe("3ba837da99e14dfab883d867101d37f6");
    }

    [Fact]
    public void Reconfigure_PartialHashes_TakesTheMissingForEmpty()
    {
        var read = Reconfigure.Parse(Gzip("{\"type\":\"reconfigure\",\"config_hash\":\"h\",\"hashes\":{\"routes\":\"r\"},\"config_table\":{}}"), Limit, out _)!;
        read.Hashes.ShouldBe(ConfigHashes.Empty with { Config = "h", Routes = "r" });
    }

    [Theory]
    [InlineData("{\"type\":\"other\",\"config_table\":{}}")]
    [InlineData("{\"type\":\"reconfigure\"}")]
    [InlineData("[1]")]
    [InlineData("{\"type\":\"reconfigure\",\"config_table\":{")]
    public void Reconfigure_Malformed_IsAnError(string json) => Reconfigure.Parse(Gzip(json), Limit, out var error).ShouldBeNull(error.ShouldNotBeNull());

    [Fact]
    public void Reconfigure_NotGzip_IsAnError() => Reconfigure.Parse("{}"u8.ToArray(), Limit, out _).ShouldBeNull();

    [Fact]
    public void Reconfigure_UnpacksToMoreThanTheLimit_IsAnError()
    {
        Reconfigure.Parse(Gzip("{\"type\":\"" + new string('x', 100_000) + "\"}"), 50_000, out var error).ShouldBeNull();
        error.ShouldNotBeNull().ShouldContain("larger than 50000");
    }

    [Fact]
    public void ConfigDocument_NamesThePluginsInUse()
    {
        var table = Encoding.UTF8.GetBytes("{\"plugins\":[{\"name\":\"key-auth\"},{\"name\":\"cors\"},{\"name\":\"key-auth\"}]}");
        ConfigDocument.Create(table, DateTimeOffset.UnixEpoch).PluginNames.ShouldBe(["key-auth", "cors"], ignoreOrder: true);
    }

    private static byte[] Gzip(string json)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(json));
        }

        return packed.ToArray();
    }

    private static string Gunzip(ReadOnlyMemory<byte> message)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(message.ToArray()), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}
