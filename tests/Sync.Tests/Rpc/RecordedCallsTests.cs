using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Sync.Rpc;
using Gateway.Testing;

namespace Gateway.Sync.Tests.Rpc;

/// <summary>What two original planes said to each other by remote calls.</summary>
public class RecordedCallsTests
{
    private static IEnumerable<JsonElement> Messages(string direction) => Recording.Lines("hybrid", "wire-v2-rpc.jsonl")
        .Where(l => l.TryGetProperty("op", out _) && Recording.Text(l, "dir") == direction).Select(l => JsonElement.Parse(Recording.Text(l, "payload")));

    [SharedFact]
    public void Introduction_IsRead_AndOursHasTheSameShape()
    {
        var recorded = Messages("DP->CP").First();
        var hello = RpcHello.Parse(Encoding.UTF8.GetBytes(recorded.GetRawText()), out var error).ShouldNotBeNull(error);
        (hello.Version, hello.Capabilities.Single(), hello.Encodings.Single(), hello.CallId).ShouldBe(("3.9.3", "kong.sync.v2", "x-snappy-framed", "1"));

        var settings = recorded.GetProperty("params")[0].GetProperty("kong_conf");
        var ours = JsonNode.Parse((hello with { Settings = JsonObject.Create(settings)! }).ToMessage())!;
        ours["params"]![0]!["kong_conf"] = JsonObject.Create(settings);
        JsonNode.DeepEquals(ours, JsonNode.Parse(recorded.GetRawText())).ShouldBeTrue();
    }

    [SharedFact]
    public void AnswerToTheIntroduction_IsRead_AndOursIsTheSame()
    {
        var recorded = Messages("CP->DP").First();
        RpcHello.ParseAnswer(Encoding.UTF8.GetBytes(recorded.GetRawText())).ShouldBe(["kong.sync.v2"]);
        JsonNode.DeepEquals(JsonNode.Parse(new RpcHello().ToAnswer([SyncMethods.Sync])), JsonNode.Parse(recorded.GetRawText())).ShouldBeTrue();
    }

    [SharedFact]
    public void Answers_AreRead_WholeConfigurationsAndDeletions()
    {
        var answers = Messages("CP->DP").Where(m => m.TryGetProperty("result", out var result) && result.TryGetProperty("default", out _))
            .Select(m => SyncDeltas.Parse(m.GetProperty("result"), out _).ShouldNotBeNull()).ToArray();

        var full = answers.First(a => a.IsFull);
        full.Deltas[0].Type.ShouldBe("workspaces");
        full.Deltas.ShouldAllBe(d => !d.IsDelete && d.Workspace != null);
        answers.Where(a => a.IsFull).Max(a => a.Version).ShouldBe("v02_" + new string('0', 27) + "2");
        var deletion = answers.Single(a => !a.IsFull && a.Deltas.Count > 0);
        deletion.Deltas.Single().ShouldSatisfyAllConditions(d => d.Type.ShouldBe("consumers"), d => d.IsDelete.ShouldBeTrue(), d => d.Id.ShouldBe("41329d00-7a40-45d9-b437-b7c6b7f14f9d"));
        answers.Count(a => a.Deltas.Count is 0 && !a.IsFull).ShouldBeGreaterThan(3);
    }

    [SharedFact]
    public void Delta_Ours_HasTheFieldsOfTheRecorded()
    {
        var recorded = Messages("CP->DP").Where(m => m.TryGetProperty("result", out var r) && r.TryGetProperty("default", out var d) && d.GetProperty("deltas").ValueKind is JsonValueKind.Array)
            .SelectMany(m => m.GetProperty("result").GetProperty("default").GetProperty("deltas").EnumerateArray()).ToArray();
        var (set, gone) = (recorded.First(d => d.GetProperty("entity").ValueKind is JsonValueKind.Object), recorded.First(d => d.GetProperty("entity").ValueKind is JsonValueKind.Null));
        Names(SyncDelta.Write("services", "{}"u8, Guid.NewGuid(), Guid.NewGuid(), "v")).ShouldBe(Fields(set), ignoreOrder: true);
        Names(SyncDelta.Write("services", [], Guid.NewGuid(), Guid.NewGuid(), "v")).ShouldBe(Fields(gone), ignoreOrder: true);

        static string[] Names(byte[] json) => Fields(JsonElement.Parse(json));
        static string[] Fields(JsonElement json) => [.. json.EnumerateObject().Select(p => p.Name)];
    }

    [Fact]
    public void Version_AsText_IsReadBackAndOrderedAsItIs()
    {
        SyncVersion[] ordered = [new(0, 0, 7), new(9, 0, 7), new(9, 1, 7), new(10, 0, 7), new(1UL << 40, 3, 7)];
        var texts = ordered.Select(v => v.ToString()).ToArray();
        texts.Order(StringComparer.Ordinal).ShouldBe(texts);
        texts.ShouldAllBe(t => t.Length == 32 && SyncVersion.IsVersion(t));
        texts.Select(t => SyncVersion.TryParse(t, out var version) ? version : default).ShouldBe(ordered);
        SyncVersion.TryParse("v02_deltas_have_no_latest_version_field", out _).ShouldBeFalse();
        SyncVersion.TryParse(ConfigHashes.Zeros, out _).ShouldBeFalse();
    }

    [Fact]
    public void Fault_Written_IsReadBack()
    {
        var fault = new SyncFault("v02_x", "invalid regex", "routes", "r1", "paths");
        var json = JsonElement.Parse(RpcMessages.Request(1, "m", fault.WriteTo)).GetProperty("params")[0];
        SyncFault.Parse(json).ShouldBe(fault);
        fault.ToString().ShouldBe("routes r1 paths invalid regex");
        SyncFault.Parse(JsonElement.Parse("{\"version\":\"v\",\"error\":{\"name\":\"n\",\"message\":\"m\"}}")).ShouldBe(new SyncFault("v", "m"));
        SyncFault.Parse(JsonElement.Parse("{}")).ShouldBeNull();
    }
}
