using System.Net;
using Gateway.Manager.Tests.FakeAdmin;

namespace Gateway.Manager.Tests.Sessions;

public sealed class SignInTests : IAsyncLifetime
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

    [Theory]
    [InlineData("/")]
    [InlineData("/services")]
    [InlineData("/services/new")]
    [InlineData("/data-planes")]
    [InlineData("/no/such/page/at/all")]
    public async Task Page_WithoutSession_LeadsToSignIn(string path)
    {
        using var response = await _manager.Http.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location!.ToString().ShouldContain($"/sign-in?returnUrl={Uri.EscapeDataString(path)}");
    }

    [Theory]
    [InlineData("_blazor/negotiate?negotiateVersion=1")]
    [InlineData("session/touch")]
    [InlineData("session/end")]
    public async Task Endpoint_WithoutSession_IsClosed(string path)
    {
        using var response = await _manager.Http.PostAsync(path, null);
        response.StatusCode.ShouldBeOneOf(HttpStatusCode.Redirect, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task SignIn_RightPassword_OpensTheWantedPage()
    {
        using var response = await _manager.SignInAsync(returnUrl: "/services?q=a");
        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location!.ToString().ShouldBe("/services?q=a");
        var cookie = response.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("manager-session=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=strict");
        using var page = await _manager.Http.GetAsync("/services");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await page.Content.ReadAsStringAsync()).ShouldContain("blazor.web.js");
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task SignIn_ForeignReturnUrl_LeadsHome(string returnUrl)
    {
        using var response = await _manager.SignInAsync(returnUrl: returnUrl);
        response.Headers.Location!.ToString().ShouldBe("/");
    }

    [Fact]
    public async Task SignIn_WrongPassword_SaysSoAndOpensNothing()
    {
        using var response = await _manager.SignInAsync(password: "wrong");
        response.Headers.Location!.ToString().ShouldBe("/sign-in?problem=credentials");
        (await _manager.Http.GetStringAsync(response.Headers.Location)).ShouldContain("The name or the password is wrong.");
        using var page = await _manager.Http.GetAsync("/services");
        page.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task SignIn_Attempt_NamesTheBrowsersAddress()
    {
        using var response = await _manager.SignInAsync(password: "wrong");
        _admin.SignInsFrom.ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task SignIn_AdminApiAway_SaysSo()
    {
        await _admin.StopAsync();
        using var response = await _manager.SignInAsync();
        response.Headers.Location!.ToString().ShouldBe("/sign-in?problem=away");
    }

    [Fact]
    public async Task SignIn_Throttled_SaysSo()
    {
        _admin.AuthStatus = 429;
        using var response = await _manager.SignInAsync();
        response.Headers.Location!.ToString().ShouldBe("/sign-in?problem=throttled");
    }

    [Fact]
    public async Task SignIn_WithoutItsToken_IsRefused()
    {
        using var response = await _manager.Http.PostAsync("session", new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = FakeAdminApi.UserName, ["password"] = FakeAdminApi.Password }));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task SignOut_OldCookieAfterwards_IsRefused()
    {
        using var signIn = await _manager.SignInAsync();
        var old = _manager.Cookies.GetCookies(_manager.Http.BaseAddress!)["manager-session"]!.Value;
        using var signOut = await _manager.SignOutAsync();
        signOut.Headers.Location!.ToString().ShouldBe("/sign-in?problem=signed-out");

        using var thief = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _manager.Http.BaseAddress };
        thief.DefaultRequestHeaders.Add("Cookie", $"manager-session={old}");
        using var page = await thief.GetAsync("/services");
        page.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }
}
