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

    [Fact]
    public void DropNamed_BeforePluginsWrite_LeavesWhatTheyWriteLater()
    {
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary { ["Connection"] = "X-Consumer-ID, X-Drop, Content-Length, Host", ["X-Drop"] = "1", ["Host"] = "a", ["Content-Length"] = "3" };

        ForwardedHeaders.DropNamed(headers);
        headers["X-Consumer-ID"] = "written by a plugin";

        headers.ContainsKey("X-Drop").ShouldBeFalse();
        headers["X-Consumer-ID"].ToString().ShouldBe("written by a plugin");
        headers["Content-Length"].ToString().ShouldBe("3");
        headers["Host"].ToString().ShouldBe("a");
    }
}
