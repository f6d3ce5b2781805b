using Gateway.PluginSdk.Testing;
using Gateway.Plugins.BotDetection;

namespace Gateway.Plugins.Tests.BotDetection;

public sealed class BotDetectionTests
{
    private readonly BotDetectionPlugin _plugin = new();

    [Theory]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 403)]
    [InlineData("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", 403)]
    [InlineData("Pingdom.com_bot_version_1.4", 403)]
    [InlineData("my-tool/1", 403)]
    [InlineData("facebookexternalhit/1.1 friend", null)]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", null)]
    [InlineData("curl/8.5.0", null)]
    public async Task Agents_AreToldApart(string agent, int? status)
    {
        var config = new BotDetectionConfig { Allow = ["friend$"], Deny = ["^my-tool"] };
        for (var time = 0; time < 2; time++)
        {
            var exchange = new FakeExchange().With("User-Agent", agent);
            await _plugin.AccessAsync(exchange, config);
            exchange.Status.ShouldBe(status);
        }
    }
}
