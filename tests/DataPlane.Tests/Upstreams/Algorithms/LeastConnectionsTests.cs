using System.Net;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Algorithms;

namespace Gateway.DataPlane.Tests.Upstreams.Algorithms;

public sealed class LeastConnectionsTests
{
    [Fact]
    public void Next_WithRequestsInFlight_KeepsThemInProportionToTheWeights()
    {
        Peer[] peers = [Make(1, 10), Make(2, 20), Make(3, 70)];
        var algorithm = new LeastConnections(peers, new UpstreamState());
        for (var i = 0; i < 100; i++)
        {
            algorithm.Next("", null)!.State.Began();
        }

        peers.Select(p => p.State.Connections).ShouldBe([10, 20, 70]);
    }

    [Fact]
    public void Next_AllAlike_TakesTurns()
    {
        Peer[] peers = [Make(1, 1), Make(2, 1), Make(3, 1)];
        var algorithm = new LeastConnections(peers, new UpstreamState());
        Enumerable.Range(0, 30).GroupBy(_ => algorithm.Next("", null)!.Port).ShouldAllBe(g => g.Count() == 10);
    }

    [Fact]
    public void Next_APeerThatFailedOrIsUnhealthy_IsAvoided()
    {
        Peer[] peers = [Make(1, 1), Make(2, 1), Make(3, 1)];
        var algorithm = new LeastConnections(peers, new UpstreamState());
        peers[2].State.Health.Mark(healthy: false);
        algorithm.Next("", [peers[0]]).ShouldBe(peers[1]);
        algorithm.Next("", [peers[0], peers[1]]).ShouldNotBe(peers[2], "when all have failed, an available one is tried again");
    }

    private static Peer Make(int port, int weight) => new("127.0.0.1", IPAddress.Loopback, port, null) { Weight = weight, IsChecked = true };
}
