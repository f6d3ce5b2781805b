using Gateway.ControlPlane.Clustering;
using Gateway.Sync;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

public class LivenessTests
{
    [Fact]
    public async Task Plane_SaysNothingAtFirst_IsClosedAfterFiveSeconds()
    {
        using var certificate = TestCertificates.Cluster();
        var time = new ManualTime();
        await using var controlPlane = new TestControlPlane(certificate, time: time);
        await controlPlane.StartAsync();
        await using var plane = await RawPlane.DialAsync(controlPlane.Endpoint, certificate);
        (await plane.UpgradeAsync("/v1/outlet?node_id=x&node_version=3.10.0")).Accepted.ShouldBeTrue();

        // Others wait five seconds too, such as for new certificates, so the first who waits may be one of them.
        var closing = plane.ReceiveCloseAsync();
        await Wait.UntilAsync(
            () =>
            {
                if (time.IsWaiting(DataPlaneSession.FirstFrame))
                {
                    time.Advance(DataPlaneSession.FirstFrame);
                }

                return closing.IsCompleted;
            },
            "the plane that says nothing is closed");
        (await closing).ShouldBe(WebSocketCloseCode.PolicyViolation);
    }

    [Fact]
    public async Task Plane_SilentAfterAPing_IsClosedAfterFortyFiveSeconds()
    {
        using var certificate = TestCertificates.Cluster();
        var time = new ManualTime();
        await using var controlPlane = new TestControlPlane(certificate, time: time);
        await controlPlane.StartAsync();
        await using var plane = await RawPlane.ConnectAsync(controlPlane, Guid.NewGuid().ToString());
        await plane.SendAsync(WebSocketOpcode.Ping, ConfigHashes.Zeros);
        (await plane.ReceiveAsync())!.Value.Opcode.ShouldBe(WebSocketOpcode.Pong);

        await Wait.UntilAsync(() => time.IsWaiting(DataPlaneSession.Liveness), "the next ping is waited for");
        time.Advance(DataPlaneSession.Liveness);
        (await plane.ReceiveCloseAsync()).ShouldBe(WebSocketCloseCode.GoingAway);
        await Wait.UntilAsync(() => controlPlane.Registry.All.All(p => !p.Connected), "the plane is disconnected");
    }
}
