using System.Net;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;

namespace Gateway.DataPlane.Tests.Upstreams;

public sealed class HashInputTests : IAsyncLifetime
{
    private const int Targets = 5;
    private TestFarm _farm = null!;
    private TestGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _farm = await TestFarm.StartAsync(Targets);
        _gateway = await TestGateway.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _farm.DisposeAsync();
    }

    [Fact]
    public async Task Header_SameValue_GoesToTheSameTargetAndOthersElsewhere()
    {
        Use(u => u with { HashOn = HashInput.Header, HashOnHeader = "X-User" });
        await SpreadsAsync(i => Get("/", ("x-user", $"user-{i}")));
    }

    [Fact]
    public async Task Header_ThatIsMissing_FallsBackToTheOtherInput()
    {
        Use(u => u with { HashOn = HashInput.Header, HashOnHeader = "X-User", HashFallback = HashInput.QueryArg, HashFallbackQueryArg = "u" });
        await SpreadsAsync(i => Get($"/?u=user-{i}"));
    }

    [Fact]
    public async Task QueryArg_ItsValues_CountSortedAndDecoded()
    {
        Use(u => u with { HashOn = HashInput.QueryArg, HashOnQueryArg = "u" });
        for (var i = 0; i < 20; i++)
        {
            var one = await AskAsync(Get($"/?u=a{i}&x=1&u=b"));
            (await AskAsync(Get($"/?u=b&u=%61{i}"))).ShouldBe(one);
        }

        await SpreadsAsync(i => Get($"/?u={i}"));
    }

    [Fact]
    public async Task Path_SamePath_GoesToTheSameTarget()
    {
        Use(u => u with { HashOn = HashInput.Path });
        await SpreadsAsync(i => Get($"/p/{i}?q={Random.Shared.Next()}"));
        (await AskAsync(Get("/a%2Cb"))).ShouldBe(await AskAsync(Get("/a,b")), "escapes do not count");
    }

    [Fact]
    public async Task UriCapture_OfARegularExpression_IsHashed()
    {
        Use(u => u with { HashOn = HashInput.UriCapture, HashOnUriCapture = "user" }, "~/of/(?<user>[^/]+)");
        await SpreadsAsync(i => Get($"/of/user-{i}/{Random.Shared.Next()}"));
    }

    [Fact]
    public async Task Nothing_ToHash_GoesAllToOneTarget()
    {
        Use(u => u with { HashOn = HashInput.Header, HashOnHeader = "X-User" });
        var answers = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            answers.Add(await AskAsync(Get($"/{i}")));
        }

        answers.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cookie_OfAClientWithoutOne_IsGivenAndLeadsBack()
    {
        Use(u => u with { HashOn = HashInput.Cookie, HashOnCookie = "seat", HashOnCookiePath = "/x" });
        var seen = new HashSet<string>();
        for (var i = 0; i < 30; i++)
        {
            using var first = await _gateway.Client.SendAsync(Get("/"));
            var cookie = first.Headers.GetValues("Set-Cookie").Single();
            cookie.ShouldMatch("^seat=[0-9a-f-]{36}; Path=/x; Same-Site=Lax; HttpOnly$");
            var target = await first.Content.ReadAsStringAsync();
            seen.Add(target);

            using var again = await _gateway.Client.SendAsync(Get("/", ("Cookie", "a=b; " + cookie.Split(';')[0])));
            again.Headers.Contains("Set-Cookie").ShouldBeFalse();
            (await again.Content.ReadAsStringAsync()).ShouldBe(target);
        }

        seen.Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Cookie_ThatTheUpstreamSetsToo_IsReplaced()
    {
        _farm.Answer(0, http =>
        {
            http.Response.Headers.SetCookie = new[] { "seat=mine", "other=1" };
            return Task.CompletedTask;
        });
        _gateway.Use(_farm.Config(u => u with { Algorithm = BalancingAlgorithm.ConsistentHashing, HashOn = HashInput.Cookie, HashOnCookie = "seat" }, [1, 0, 0, 0, 0]));
        using var answer = await _gateway.Client.GetAsync("/");
        answer.Headers.GetValues("Set-Cookie").ShouldBe(["other=1", answer.Headers.GetValues("Set-Cookie").Last()]);
        answer.Headers.GetValues("Set-Cookie").Last().ShouldStartWith("seat=");
        answer.Headers.GetValues("Set-Cookie").Last().ShouldNotStartWith("seat=mine");
    }

    private void Use(Func<Upstream, Upstream> upstream, params string[] paths) =>
        _gateway.Use(_farm.Config(u => upstream(u) with { Algorithm = BalancingAlgorithm.ConsistentHashing }, paths: paths));

    private static HttpRequestMessage Get(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return request;
    }

    private async Task<string> AskAsync(HttpRequestMessage request)
    {
        using var answer = await _gateway.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The same request goes to the same target, and many different ones to all of them.</summary>
    private async Task SpreadsAsync(Func<int, HttpRequestMessage> request)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < 60; i++)
        {
            var target = await AskAsync(request(i));
            (await AskAsync(request(i))).ShouldBe(target);
            seen.Add(target);
        }

        seen.Count.ShouldBe(Targets);
    }
}
