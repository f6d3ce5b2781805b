using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Algorithms;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Upstreams.Algorithms;

public sealed class ConsistentHashingTests
{
    [SharedFact]
    public void Hash_RecordedInputs_AreHashedAsRecorded()
    {
        foreach (var recorded in Vectors("xxhash32"))
        {
            var hash = XxHash32.Of((string)recorded["input"]!);
            hash.ShouldBe((uint)(long)recorded["unsigned"]!, (string?)recorded["input"]);
        }
    }

    [SharedFact]
    public void Ring_RecordedTargets_HasTheRecordedPointsAndPicks()
    {
        foreach (var recorded in Vectors("ring"))
        {
            var targets = recorded["targets"]!.AsArray();
            var peers = targets.Where(t => (int)t!["weight"]! > 0).SelectMany(t => Addresses(t!).Select(ip => Peer(ip, (int)t!["port"]!, (int)t["weight"]!, (string)t["name"]!)));
            var ring = Ring([.. peers], (int)recorded["slots"]!, targets.Count);

            ring.Entries.Count().ShouldBe((int)recorded["filled"]!);
            ring.Entries.Take(12).Select(e => (e.Point, e.Peer.ToString()))
                .ShouldBe(recorded["first_entries"]!.AsArray().Take(12).Select(e => ((int)e![0]!, (string)e[1]!)));
            ring.Entries.GroupBy(e => e.Peer.ToString()).ToDictionary(g => g.Key, g => g.Count())
                .ShouldBe(recorded["entries"]!.AsObject().ToDictionary(e => e.Key, e => (int)e.Value!), ignoreOrder: true);
            foreach (var (client, peer) in recorded["picks"]!.AsObject())
            {
                ring.Next(client, null)!.ToString().ShouldBe((string)peer!, client);
            }
        }
    }

    [Fact]
    public void Next_WhenATargetGoes_MovesOnlyItsOwnInputs()
    {
        Peer[] all = [.. Enumerable.Range(1, 8).Select(i => Peer($"10.0.0.{i}", 80, 100))];
        var ring = Ring(all);
        var inputs = Enumerable.Range(0, 2000).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        var before = inputs.ToDictionary(i => i, i => ring.Next(i, null)!);

        all[3].State.Health.Mark(healthy: false);

        foreach (var input in inputs)
        {
            var now = ring.Next(input, null)!;
            now.ShouldNotBe(all[3]);
            if (before[input] != all[3])
            {
                now.ShouldBe(before[input]);
            }
        }
    }

    [Fact]
    public void Next_AfterAFailure_IsTheNextPeerOnTheCircle()
    {
        var ring = Ring([.. Enumerable.Range(1, 3).Select(i => Peer($"10.0.0.{i}", 80, 100))]);
        var first = ring.Next("a", null)!;
        var second = ring.Next("a", [first])!;
        second.ShouldNotBe(first);
        ring.Next("a", [first, second]).ShouldNotBeOneOf(first, second);
        ring.Next("a", [first]).ShouldBe(second, "and always the same one");
    }

    [Fact]
    public void Ring_MoreTargetsThanPoints_StillReachesThemAllAndEnds()
    {
        Peer[] all = [.. Enumerable.Range(0, 40).Select(i => Peer($"10.0.1.{i}", 80, 100))];
        var ring = Ring(all, slots: 1000);
        ring.Entries.Count().ShouldBe(1000);
        ring.Next("x", null).ShouldNotBeNull();
    }

    private static ConsistentHashing Ring(Peer[] peers, int slots = 10_000, int? targets = null) =>
        new(peers, new UpstreamPlan([.. Enumerable.Repeat(new UpstreamTarget("x", 1, 1), targets ?? peers.Length)], null, IsUpstream: true) { Slots = slots });

    private static Peer Peer(string ip, int port, int weight, string? name = null) => new(name ?? ip, IPAddress.Parse(ip), port, null) { Weight = weight, IsChecked = true };

    private static IEnumerable<string> Addresses(JsonNode target) => target["ips"]?.AsArray().Select(ip => (string)ip!) ?? [(string)target["name"]!];

    private static IEnumerable<JsonNode> Vectors(string kind) => File.ReadLines(SharedFolder.PathOf("kong", "cases", "consistent-hash-vectors.jsonl")!)
        .Select(line => JsonNode.Parse(line)!).Where(v => (string?)v["kind"] == kind);
}
