using System.Net;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Algorithms;

namespace Gateway.DataPlane.Tests.Upstreams.Algorithms;

public sealed class LatencyTests
{
    private readonly StoppedClock _clock = new();

    [Fact]
    public void Next_OfASlowAndAQuickPeer_IsTheQuickOneUntilTheMemoryFades()
    {
        Peer[] peers = [Make(1), Make(2)];
        var algorithm = new Latency(peers, _clock);
        peers[0].State.Pace.Add(0.5, _clock.GetTimestamp(), _clock);
        peers[1].State.Pace.Add(0.01, _clock.GetTimestamp(), _clock);
        for (var i = 0; i < 50; i++)
        {
            algorithm.Next("", null).ShouldBe(peers[1]);
        }

        // The quick one goes on answering; what the slow one did fades.
        _clock.Advance(TimeSpan.FromSeconds(60));
        peers[1].State.Pace.Add(0.01, _clock.GetTimestamp(), _clock);
        algorithm.Next("", null).ShouldBe(peers[0]);
    }

    [Fact]
    public void Next_ManyPeers_SendsNearlyNothingToTheSlowestAndSomethingToAllOthers()
    {
        Peer[] peers = [.. Enumerable.Range(1, 5).Select(i => Make(i))];
        foreach (var peer in peers)
        {
            peer.State.Pace.Add(peer.Port is 5 ? 1 : 0.01, _clock.GetTimestamp(), _clock);
        }

        var algorithm = new Latency(peers, _clock);
        var counts = Enumerable.Range(0, 1000).GroupBy(_ => algorithm.Next("", null)!.Port).ToDictionary(g => g.Key, g => g.Count());
        counts.ShouldNotContainKey(5, "whoever it is drawn with is quicker");
        counts.Count.ShouldBe(4);
    }

    [Fact]
    public void Make_ANewPeer_BeginsWithTheAverageOfTheOthers()
    {
        Peer[] peers = [Make(1), Make(2), Make(3)];
        peers[0].State.Pace.Add(0.2, _clock.GetTimestamp(), _clock);
        peers[1].State.Pace.Add(0.4, _clock.GetTimestamp(), _clock);
        _ = new Latency(peers, _clock);
        peers[2].State.Pace.At(_clock.GetTimestamp(), _clock).ShouldBe(0.3, 0.001);
    }

    [Fact]
    public void Next_AWeight_CountsAsSpeed()
    {
        Peer[] peers = [Make(1, weight: 10), Make(2, weight: 100)];
        peers[0].State.Pace.Add(0.1, _clock.GetTimestamp(), _clock);
        peers[1].State.Pace.Add(0.2, _clock.GetTimestamp(), _clock);
        new Latency(peers, _clock).Next("", null).ShouldBe(peers[1]);
    }

    private static Peer Make(int port, int weight = 100) => new("127.0.0.1", IPAddress.Loopback, port, null) { Weight = weight };
}
