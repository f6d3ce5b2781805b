using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed class AuthEndpointTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task SignIn_RightOrWrong_IsToldApartAndGuessersWait()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);

        (await SignInAsync(plane, "kong_admin", RunningControlPlane.Password)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await plane.Client.GetAsync("/auth")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SignInAsync(plane, "nobody", "x")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        for (var i = 0; i < 5; i++)
        {
            (await SignInAsync(plane, "kong_admin", "guess")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        // Each failure doubles the wait, so that it outlasts the next request soon, however slow the machine is.
        var throttled = await SignInAsync(plane, "kong_admin", "guess");
        for (var i = 0; i < 6 && throttled.StatusCode is HttpStatusCode.Unauthorized; i++)
        {
            throttled = await SignInAsync(plane, "kong_admin", "guess");
        }

        throttled.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        throttled.Headers.RetryAfter!.Delta.ShouldNotBeNull();
        (await SignInAsync(plane, "kong_admin", RunningControlPlane.Password, client: "10.0.0.9")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<HttpResponseMessage> SignInAsync(RunningControlPlane plane, string name, string password, string? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/auth");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        if (client is not null)
        {
            request.Headers.Add("X-Forwarded-For", client);
        }

        return await plane.Client.SendAsync(request);
    }
}
