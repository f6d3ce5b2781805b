using Gateway.DataPlane.Proxy;

namespace Gateway.DataPlane.Tests.Proxy;

public sealed class ForwardedHeadersTests
{
    [Fact]
    public void NamedByConnection_OptionsOnly_IsNull()
    {
        ForwardedHeaders.NamedByConnection("keep-alive").ShouldBeNull();
        ForwardedHeaders.NamedByConnection("Upgrade, keep-alive").ShouldBeNull();
        ForwardedHeaders.NamedByConnection(default).ShouldBeNull();
    }

    [Fact]
    public void NamedByConnection_OtherNames_AreThose()
    {
        ForwardedHeaders.NamedByConnection("close, X-Drop").ShouldBe(["X-Drop"]);
        ForwardedHeaders.NamedByConnection(new(["X-A", "x-b,close"])).ShouldBe(["X-A", "x-b"], ignoreOrder: true);
    }
}
