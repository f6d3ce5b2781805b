using System.Security.Cryptography.X509Certificates;
using Gateway.ControlPlane.Clustering;
using Gateway.Sync;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>How fast whole configurations follow one another to a plane made by hand, on a clock that stands still.</summary>
public sealed class PushPaceTests : IAsyncLifetime, IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificates.Cluster();
    private readonly ManualTime _time = new();
    private TestControlPlane _controlPlane = null!;
    private RawPlane _plane = null!;

    public async Task InitializeAsync()
    {
        _controlPlane = new TestControlPlane(_certificate, time: _time);
        await _controlPlane.StartAsync();
        var first = _controlPlane.Publish("one");
        _plane = await RawPlane.ConnectAsync(_controlPlane, Guid.NewGuid().ToString());
        (await _plane.ReceiveConfigAsync()).Hash.ShouldBe(first.ConfigHash);
        await Wait.UntilAsync(() => _time.IsWaiting(DataPlaneSession.MostPatience), "the plane is left alone");
    }

    public async Task DisposeAsync()
    {
        await _plane.DisposeAsync();
        await _controlPlane.DisposeAsync();
    }

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Plane_ThatIsBusy_GetsTheNewestWhenItIsDoneAndNothingBetween()
    {
        _controlPlane.Publish("two");
        var newest = _controlPlane.Publish("three");
        await _plane.SendAsync(WebSocketOpcode.Ping, ConfigHashes.Zeros);
        (await NextConfigAsync()).ShouldBe(newest.ConfigHash);
    }

    [Fact]
    public async Task Plane_ThatTookItsTime_IsLeftAloneForAsLongAgain()
    {
        var took = TimeSpan.FromMilliseconds(300);
        _time.Advance(took);
        await _plane.SendAsync(WebSocketOpcode.Ping, ConfigHashes.Zeros);
        _controlPlane.Publish("two");
        await Wait.UntilAsync(() => _time.IsWaiting(took), "it is left alone for as long again");
        var newest = _controlPlane.Publish("three");
        _time.Advance(took);
        (await NextConfigAsync()).ShouldBe(newest.ConfigHash);
    }

    [Fact]
    public async Task Plane_ThatSaysNothing_GetsTheNextWithinASecond()
    {
        var newest = _controlPlane.Publish("two");
        _time.Advance(DataPlaneSession.MostPatience);
        (await NextConfigAsync()).ShouldBe(newest.ConfigHash);
    }

    private async Task<string> NextConfigAsync()
    {
        while ((await _plane.ReceiveAsync()).ShouldNotBeNull() is var frame)
        {
            if (frame.Opcode is WebSocketOpcode.Binary)
            {
                return Reconfigure.Parse(frame.Payload, 1 << 24, out var error).ShouldNotBeNull(error).Hash;
            }
        }

        throw new InvalidOperationException("The connection ended.");
    }
}
