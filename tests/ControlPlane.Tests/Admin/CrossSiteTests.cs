using Gateway.ControlPlane.Admin;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Tests.Admin;

/// <summary>Pages of other sites do not get at the Admin API; command lines, the Manager and pages beside it do.</summary>
public sealed class CrossSiteTests
{
    [Theory]
    [InlineData("GET", "http://evil.test", "cross-site", "cors", true)]
    [InlineData("OPTIONS", "http://evil.test", "cross-site", "cors", true)]
    [InlineData("POST", "http://evil.test", "cross-site", "navigate", true)]
    [InlineData("GET", null, "cross-site", "no-cors", true)]
    [InlineData("GET", null, "cross-site", "navigate", false)]
    [InlineData("POST", "http://localhost:8002", "same-site", "cors", false)]
    [InlineData("GET", "http://gui.test", null, null, false)]
    [InlineData("DELETE", null, null, null, false)]
    [InlineData("PATCH", "https://manager.test", "cross-site", "cors", false)]
    public void Request_BySiteOfItsPage_IsRefusedOrServed(string method, string? origin, string? site, string? mode, bool refused)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = method;
        http.Request.Headers.Origin = origin;
        http.Request.Headers["Sec-Fetch-Site"] = site;
        http.Request.Headers["Sec-Fetch-Mode"] = mode;

        CrossSite.IsRefused(http.Request, ["https://manager.test"]).ShouldBe(refused);
    }
}
