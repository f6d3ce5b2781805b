using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Sync.Tests;

public class ConfigHashTests
{
    [SharedFact]
    public void ConfigHash_EveryRecordedVector_IsReproduced()
    {
        foreach (var vector in Recording.Lines("config-hash-vectors.jsonl"))
        {
            switch (vector.GetProperty("kind").GetString())
            {
                case "canonical":
                    foreach (var json in Spellings(vector.GetProperty("json").GetString()!))
                    {
                        using var value = JsonDocument.Parse(json);
                        ConfigHash.CanonicalText(value.RootElement).ShouldBe(vector.GetProperty("canonical").GetString(), json);
                        ConfigHash.Of(value.RootElement).ShouldBe(vector.GetProperty("md5").GetString(), json);
                    }

                    break;
                case "config":
                    var hashes = ConfigHash.Compute(vector.GetProperty("config_table"));
                    hashes.Config.ShouldBe(vector.GetProperty("config_hash").GetString());
                    foreach (var part in vector.GetProperty("hashes").EnumerateObject())
                    {
                        PartOf(hashes, part.Name).ShouldBe(part.Value.GetString(), part.Name);
                    }

                    break;
                case "folding":
                    using (var folded = JsonDocument.Parse(Large()))
                    {
                        var computed = ConfigHash.Compute(folded.RootElement);
                        computed.Services.ShouldBe(vector.GetProperty("services").GetString());
                        computed.Config.ShouldBe(vector.GetProperty("config_hash").GetString());
                    }

                    break;
            }
        }
    }

    [SharedFact]
    public void ConfigHash_EveryRecordedPush_HasTheHashThatItCarries()
    {
        foreach (var push in Recording.Pushes())
        {
            var table = push.GetProperty("config_table");
            var hashes = ConfigHash.Compute(table);
            hashes.Config.ShouldBe(push.GetProperty("config_hash").GetString());
            hashes.Routes.ShouldBe(push.GetProperty("hashes").GetProperty("routes").GetString());
        }
    }

    [Theory]
    [InlineData("{\"\uffee\":1,\"\U0001F600\":2}", "\uffee:1;\U0001F600:2;")]
    [InlineData("{\"\\u0062\":1,\"a\":2}", "a:2;b:1;")]
    [InlineData("{\"n\":-0.5e3,\"m\":123456789012345,\"z\":-0,\"t\":12345.678901234567}", "m:1.2345678901234e+14;n:-500;t:12345.678901235;z:-0;")]
    [InlineData("[\"a\\nb\"]", "a\nb")]
    public void Canonical_UnusualValues_FollowBytesAndPrintf(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        ConfigHash.CanonicalText(document.RootElement).ShouldBe(expected);
    }

    private static string[] Spellings(string json) => json switch
    {
        "2^31" => ["2147483648"],
        "[] or {}" => ["[]", "{}"],
        _ => [json],
    };

    private static string Large()
    {
        var json = new StringBuilder("{\"services\":[");
        for (var i = 1; i <= 30_000; i++)
        {
            json.Append(CultureInfo.InvariantCulture, $"{(i == 1 ? "" : ",")}\"k{i:000000}{new string('x', 40)}\"");
        }

        return json.Append("]}").ToString();
    }

    private static string PartOf(ConfigHashes hashes, string name) => name switch
    {
        "config" => hashes.Config,
        "routes" => hashes.Routes,
        "services" => hashes.Services,
        "plugins" => hashes.Plugins,
        "upstreams" => hashes.Upstreams,
        _ => hashes.Targets,
    };
}
