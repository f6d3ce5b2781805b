using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Sync.OlderPlanes;
using Gateway.Testing;

namespace Gateway.Sync.Tests;

public class ConfigDowngradeTests
{
    [SharedFact]
    public void Downgrade_EveryRecordedConversion_GivesTheRecordedConfiguration()
    {
        var cases = Recording.Lines("compat-cases.jsonl").Where(l => Recording.Text(l, "kind") == "convert").ToList();
        foreach (var line in cases)
        {
            var table = Encoding.UTF8.GetBytes(line.GetProperty("config_table").GetRawText());
            var result = ConfigDowngrade.Apply(table, ConfigDowngrade.StepsFor(Recording.Text(line, "dp_version")));
            (result is not null).ShouldBe(line.GetProperty("changed").GetBoolean(), line.GetRawText());
            if (result is not null)
            {
                var expected = JsonNode.Parse(line.GetProperty("result").GetRawText());
                JsonNode.DeepEquals(JsonNode.Parse(result.ConfigTable.Span), expected).ShouldBeTrue(
                    $"{line.GetRawText()}\n{Encoding.UTF8.GetString(result.ConfigTable.Span)}");
            }
        }
    }

    [SharedFact]
    public void RemovedFields_EveryRecordedVersion_AreTheRecordedOnes()
    {
        foreach (var line in Recording.Lines("compat-cases.jsonl").Where(l => Recording.Text(l, "kind") == "removed_fields"))
        {
            var version = Recording.Text(line, "dp_version");
            var expected = line.GetProperty("fields") is { ValueKind: JsonValueKind.Object } fields
                ? fields.EnumerateObject().SelectMany(p => p.Value.EnumerateArray().Select(f => $"{p.Name} {f.GetString()}"))
                : [];
            var actual = ConfigDowngrade.RemovedFields(version).SelectMany(p => p.Value.Select(f => $"{p.Key.Replace('-', '_')} {f}"));
            actual.Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal), version);
        }
    }

    [Fact]
    public void Apply_ExtensionsThatPlanesDoNotKnow_LeavesOutWhatDependsOnThem()
    {
        EntityExtension[] unknown = [new("consumer_groups"), new("plugins", "consumer_group", Binds: true), new("plugins", "ordering")];
        var table = """
            {"_format_version":"3.0","consumer_groups":[{"id":"g"}],
             "plugins":[{"name":"cors","consumer_group":"g"},{"name":"cors","ordering":{"before":null}},{"name":"cors"}]}
            """u8.ToArray();

        var others = ConfigDowngrade.Apply(table, 0, unknown).ShouldNotBeNull();

        Encoding.UTF8.GetString(others.ConfigTable.Span).ShouldBe("""{"_format_version":"3.0","plugins":[{"name":"cors"},{"name":"cors"}]}""");
        others.Losses.ShouldBe(["no consumer_groups", "no plugins with consumer_group", "plugins without ordering"]);
        ConfigDowngrade.Apply("""{"plugins":[{"name":"cors"}]}"""u8.ToArray(), 0, unknown).ShouldBeNull();
    }

    [Fact]
    public void Apply_ForeignPlanes_LeavesOutWhatOtherWorkspacesHave()
    {
        var table = """{"services":[{"id":"a","ws_id":"blue"},{"id":"b"}],"routes":[{"id":"c","ws_id":"blue"}],"acls":[{"id":"d"}]}"""u8.ToArray();

        var others = ConfigDowngrade.Apply(table, 0, new EntityExtension("licenses")).ShouldNotBeNull();

        Encoding.UTF8.GetString(others.ConfigTable.Span).ShouldBe("""{"services":[{"id":"b"}],"routes":[],"acls":[{"id":"d"}]}""");
        others.Losses.ShouldBe(["no routes of other workspaces", "no services of other workspaces"]);
        ConfigDowngrade.Apply(table, 0).ShouldBeNull();
    }

    [Theory]
    [InlineData("3.10.0", 3_010_000_000)]
    [InlineData("3.9.1.2", 3_009_001_002)]
    [InlineData("3.10.0-rc.1", 3_010_000_001)]
    [InlineData("3.10", 3_010_000_000)]
    [InlineData("v3.x.7", 7_000)]
    [InlineData("", 0)]
    public void VersionNumber_OfAnyText_IsTheSumOfItsParts(string version, long number) => VersionNumber.Parse(version).ShouldBe(number);

    [Theory]
    [InlineData("3.11.0", 0)]
    [InlineData("3.10.0", 0)]
    [InlineData("3.9.9", 1)]
    [InlineData("3.9.0", 1)]
    [InlineData("3.0.0", 10)]
    public void StepsFor_PatchesOfOneVersion_AreTheSame(string version, int steps) => ConfigDowngrade.StepsFor(version).ShouldBe(steps);

    [Theory]
    [InlineData("redis")]
    [InlineData("local")]
    public void Downgrade_RateLimitingBefore36_HasItsRedisFlat(string policy)
    {
        var plugin = Convert("3.5.0", $$$"""
            {"plugins":[{"name":"rate-limiting","config":{"policy":"{{{policy}}}","minute":5,"redis":{"host":"r","port":6379,"ssl":false,"server_name":null} }}]}
            """)!["plugins"]![0]!;
        plugin["config"]!.ToJsonString().ShouldBe(
            $$"""{"policy":"{{policy}}","minute":5,"redis_host":"r","redis_port":6379,"redis_ssl":false,"redis_server_name":null}""");
    }

    [Fact]
    public void Downgrade_AcmeBefore36_HasTheFormerNamesOfRedis()
    {
        const string Table = """
            {"plugins":[{"name":"acme","config":{"storage_config":{"redis":{"host":"r","password":"p","server_name":"n","extra_options":{"namespace":"x","scan_count":9}}}}}]}
            """;
        Convert("3.5.0", Table)!["plugins"]![0]!["config"]!["storage_config"]!["redis"]!.ToJsonString().ShouldBe(
            """{"host":"r","auth":"p","ssl_server_name":"n","namespace":"x","scan_count":9}""");
        Convert("3.0.0", Table)!["plugins"]![0]!["config"]!["storage_config"]!["redis"]!.ToJsonString().ShouldBe("""{"host":"r","auth":"p"}""");
    }

    [Theory]
    [InlineData("3.8.0", "huggingface", "openai", "preserve")]
    [InlineData("3.7.0", "gemini", "openai", "preserve")]
    [InlineData("3.6.0", "bedrock", "openai", "llm/v1/chat")]
    [InlineData("3.9.0", "gemini", "gemini", "llm/v1/completions")]
    [InlineData("3.7.0", "cohere", "cohere", "llm/v1/completions")]
    public void Downgrade_AiProviderThatIsTooNew_BecomesOpenAi(string version, string provider, string expected, string routeType)
    {
        var table = $$$"""{"plugins":[{"name":"ai-proxy","config":{"route_type":"llm/v1/completions","llm_format":"openai","model":{"provider":"{{{provider}}}"} }}]}""";
        var config = Convert(version, table)!["plugins"]![0]!["config"]!;
        ((string)config["model"]!["provider"]!).ShouldBe(expected);
        ((string)config["route_type"]!).ShouldBe(routeType);
    }

    [Fact]
    public void Downgrade_MistralBefore38_GetsItsAddress()
    {
        var model = Convert("3.7.0", """{"plugins":[{"name":"ai-proxy","config":{"model":{"provider":"mistral","options":null}}}]}""")!["plugins"]![0]!["config"]!["model"]!;
        ((string)model["options"]!["upstream_url"]!).ShouldBe("https://api.mistral.ai:443");
    }

    [Fact]
    public void Downgrade_CollectionsThatAreTooNew_AreLeftOutAndNamed()
    {
        var table = """{"_format_version":"3.0","keys":[{"kid":"k"}],"filter_chains":[{}],"routes":[{"updated_at":1.0}]}"""u8.ToArray();
        var result = ConfigDowngrade.Apply(table, ConfigDowngrade.StepsFor("3.0.0")).ShouldNotBeNull();
        Encoding.UTF8.GetString(result.ConfigTable.Span).ShouldBe("""{"_format_version":"3.0","routes":[{"updated_at":1.0}]}""");
        result.Losses.ShouldBe(["no filter_chains", "no keys"]);
    }

    [Fact]
    public void Downgrade_WhatIsLost_IsNamedOnce()
    {
        var table = """
            {"plugins":[{"name":"cors","config":{"allow_origin_absent":true}},{"name":"cors","config":{"allow_origin_absent":false}},{"name":"session","config":{"idling_timeout":1}}]}
            """u8.ToArray();
        ConfigDowngrade.Apply(table, ConfigDowngrade.StepsFor("3.0.0"))!.Losses.ShouldBe(["cors without allow_origin_absent"]);
    }

    [Theory]
    [InlineData("""{"plugins":null}""")]
    [InlineData("""{"plugins":[null,7,{"name":null},{"name":"cors"},{"name":"cors","config":null},{"name":"acme","config":{"storage_config":7}}]}""")]
    [InlineData("""{"plugins":[{"name":"ai-proxy","config":{"model":7}},{"name":"ai-request-transformer","config":{"llm":null}}],"services":{},"upstreams":[[]]}""")]
    public void Downgrade_OfOddForms_LeavesThemAlone(string table) => Convert("3.0.0", table).ShouldBeNull();

    private static JsonNode? Convert(string version, string table) =>
        ConfigDowngrade.Apply(Encoding.UTF8.GetBytes(table), ConfigDowngrade.StepsFor(version)) is { } result ? JsonNode.Parse(result.ConfigTable.Span) : null;
}
