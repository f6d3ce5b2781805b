using System.Net;
using Gateway.Hosting;
using Gateway.Manager.Tests.FakeAdmin;

namespace Gateway.Manager.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task Host_StartedOnAFreePort_AnswersTheSignInPage()
    {
        await using var admin = await FakeAdminApi.StartAsync();
        await using var manager = await RunningManager.StartAsync(admin.Address);
        using var response = await manager.Http.GetAsync("sign-in");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldContain("<h1>Sign in</h1>");
    }
}
