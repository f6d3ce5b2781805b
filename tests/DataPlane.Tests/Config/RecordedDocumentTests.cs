using System.Text.Json.Nodes;
using Gateway.DataPlane.Sync;
using Gateway.Plugins.KeyAuth;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Config;

/// <summary>Applies what a control plane of the original pushed, as it stood on the wire.</summary>
public sealed class RecordedDocumentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedFact]
    public async Task Apply_RecordedPushes_AreTakenButForCollectionsThatThePlaneLacks()
    {
        var pushes = File.ReadLines(SharedFolder.PathOf("kong", "cases", "hybrid", "wire-v1.jsonl")!).Select(l => JsonNode.Parse(l)!)
            .Where(l => (string?)l["dir"] is "CP->DP" && (string?)l["encoding"] is "gzip")
            .Select(l => JsonNode.Parse((string)l["payload"]!)!["config_table"]!.AsObject()).ToArray();
        pushes.Length.ShouldBeGreaterThan(2);
        using var plane = new TestPlane(_folder.Of("dbless.lmdb"));
        var keys = 0;
        foreach (var document in pushes)
        {
            foreach (var unknown in document.Select(p => p.Key).Where(k => k[0] is not '_' && k is not "parameters" && TestPlane.Catalog.Find(k) is null).ToArray())
            {
                (await plane.ApplyAsync(document)).ShouldBeOfType<ApplyOutcome.Rejected>().Message.ShouldStartWith("unknown entity '");
                document.Remove(unknown);
            }

            Known(document);
            (await plane.ApplyAsync(document)).ShouldNotBeOfType<ApplyOutcome.Rejected>();
            plane.InUse!.Routes.Count.ShouldBe((document["routes"] as JsonArray ?? []).Count);
            foreach (var credential in document["keyauth_credentials"] as JsonArray ?? [])
            {
                keys++;
                plane.Lookup<KeyAuthCredential>().ByUnique("key", (string)credential!["key"]!)!.Consumer.ToString().ShouldBe((string)credential["consumer"]!);
            }
        }

        keys.ShouldBeGreaterThan(0);
    }

    /// <summary>Leaves the plugins that the gateway has.</summary>
    private static void Known(JsonObject document)
    {
        var known = TestPlane.Catalog["plugins"].Subschemas;
        if (document["plugins"] is JsonArray plugins)
        {
            document["plugins"] = new JsonArray([.. plugins.Where(p => known.ContainsKey((string)p!["name"]!)).Select(p => p!.DeepClone())]);
        }
    }
}
