namespace Gateway.DataPlane.Tests.Proxy;

public sealed class PathsTests
{
    [Theory]
    [InlineData("/r/a%2fb", "/a%2Fb")]
    [InlineData("/r/a%20b", "/a%20b")]
    [InlineData("/r//a///b", "/a/b")]
    [InlineData("/r/a/../b", "/b")]
    [InlineData("/r/a?x=%2f/../#&y=a b", null)]
    [InlineData("/r/a?", "/a?")]
    [InlineData("/r/a?x=%2f/../&y=//", "/a?x=%2f/../&y=//")]
    [InlineData("/r/a%23b%3Fc", "/a%23b%3Fc")]
    [InlineData("/r/a;b=c,d@e:f", "/a;b=c,d@e:f")]
    [InlineData("/r/%41", "/A")]
    [InlineData("/r/%C3%A9", "/%C3%A9")]
    [InlineData("/r/%ff", "/%FF")]
    [InlineData("/r/a%25", "/a%25")]
    [InlineData("/r/a\"<>\\^`{|}b", "/a%22%3C%3E%5C%5E%60%7B%7C%7Db")]
    [InlineData("/r/a#b?c=d#e", "/a#b")]
    [InlineData("http://abs.test/r/ok?x=1", "/ok?x=1")]
    public async Task Target_OnTheWire_ReachesTheUpstreamAsKongSendsIt(string sent, string? seen)
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/r")));

        var answer = await gateway.SendRawAsync($"GET {sent} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        if (seen is null)
        {
            answer.ShouldStartWith("HTTP/1.1 400");
            return;
        }

        answer.ShouldStartWith("HTTP/1.1 200");
        upstream.Last.Target.ShouldBe(seen);
    }
}
