using System.Net;
using System.Text.RegularExpressions;
using Gateway.Manager.Tests.FakeAdmin;

namespace Gateway.Manager.Tests.Assets;

public sealed partial class AssetTests : IAsyncLifetime
{
    private FakeAdminApi _admin = default!;
    private RunningManager _manager = default!;

    public async Task InitializeAsync()
    {
        _admin = await FakeAdminApi.StartAsync();
        _manager = await RunningManager.StartAsync(_admin.Address);
    }

    public async Task DisposeAsync()
    {
        await _manager.DisposeAsync();
        await _admin.DisposeAsync();
    }

    [Fact]
    public async Task Page_EveryFileThatItNames_IsServedFromHereAndKeptForEver()
    {
        using var signIn = await _manager.SignInAsync();
        var page = await _manager.Http.GetStringAsync("/");
        var files = Addresses().Matches(page).Select(match => match.Groups[1].Value).Where(address => address != "/").ToList();
        files.Count.ShouldBeGreaterThan(8);
        foreach (var file in files)
        {
            file.ShouldStartWith("/assets/");
            using var response = await _manager.Http.GetAsync(WebUtility.HtmlDecode(file));
            response.StatusCode.ShouldBe(HttpStatusCode.OK, file);
            response.Headers.CacheControl!.ToString().ShouldContain("immutable");
        }
    }

    [Fact]
    public async Task Asset_BrowserTakesBrotli_IsCompressed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/radzen/material-base.css");
        request.Headers.AcceptEncoding.ParseAdd("br");
        using var response = await _manager.Http.SendAsync(request);
        response.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        (await response.Content.ReadAsByteArrayAsync()).Length.ShouldBeLessThan(120_000);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/assets/js/frame.js")]
    [InlineData("/services")]
    public async Task Answer_OfAnyKind_HasTheSecurityHeaders(string path)
    {
        using var response = await _manager.Http.GetAsync(path);
        var policy = response.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
        response.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        response.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task Page_Unknown_IsNotFoundForThoseSignedIn()
    {
        using var signIn = await _manager.SignInAsync();
        using var response = await _manager.Http.GetAsync("/no/such/page/at/all");
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Addresses();
}
