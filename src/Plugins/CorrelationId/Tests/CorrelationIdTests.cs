using System.Net;
using Gateway.Plugins.CorrelationId;
using Gateway.PluginSdk.Testing;

namespace Gateway.Plugins.Tests.CorrelationId;

public sealed class CorrelationIdTests
{
    private const string Uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    private readonly CorrelationIdPlugin _plugin = new(new Clock());

    [Fact]
    public async Task Access_Counter_CountsOnBehindOneUuid()
    {
        var first = await RunAsync(new FakeExchange(), new CorrelationIdConfig());
        var second = await RunAsync(new FakeExchange().With("Kong-Request-ID", string.Empty), new CorrelationIdConfig());

        first.ShouldMatch($"^{Uuid}#1$");
        second.ShouldBe(first[..^1] + "2");
    }

    [Fact]
    public async Task Access_Uuid_IsAnotherEachTime()
    {
        var config = new CorrelationIdConfig { Generator = Generator.Uuid };

        var first = await RunAsync(new FakeExchange(), config);

        first.ShouldMatch($"^{Uuid}$");
        (await RunAsync(new FakeExchange(), config)).ShouldNotBe(first);
    }

    [Fact]
    public async Task Access_Tracker_NamesWhereAndWhen()
    {
        var exchange = new FakeExchange();
        exchange.Http.Connection.LocalIpAddress = IPAddress.Parse("::ffff:10.0.0.1");
        exchange.Http.Connection.LocalPort = 8000;

        (await RunAsync(exchange, new CorrelationIdConfig { Generator = Generator.Tracker }))
            .ShouldMatch($@"^10\.0\.0\.1-8000-{Environment.ProcessId}-\d+-1-1795200826\.812$");
    }

    [Fact]
    public async Task Access_RequestWithAnId_KeepsIt()
    {
        var exchange = new FakeExchange().With("X-Trace", "mine");

        (await RunAsync(exchange, new CorrelationIdConfig { HeaderName = "X-Trace" }, "X-Trace")).ShouldBe("mine");
    }

    [Fact]
    public async Task FilterHeaders_Echo_AnswersTheIdThatWentUpstream()
    {
        var config = new CorrelationIdConfig { EchoDownstream = true };
        var exchange = new FakeExchange();
        var id = await RunAsync(exchange, config);
        exchange.RequestHeaders["Kong-Request-ID"] = "changed by another plugin";

        _plugin.FilterHeaders(exchange, config);

        exchange.ResponseHeaders["Kong-Request-ID"].ToString().ShouldBe(id);
    }

    [Fact]
    public void FilterHeaders_AnsweredBeforeItsTurn_HasAnIdAllTheSame()
    {
        var config = new CorrelationIdConfig { EchoDownstream = true };
        var without = new FakeExchange();
        var with = new FakeExchange().With("Kong-Request-ID", "mine");

        _plugin.FilterHeaders(without, config);
        _plugin.FilterHeaders(with, config);

        without.ResponseHeaders["Kong-Request-ID"].ToString().ShouldMatch($"^{Uuid}#1$");
        with.ResponseHeaders["Kong-Request-ID"].ToString().ShouldBe("mine");
    }

    [Fact]
    public async Task FilterHeaders_NoEcho_AnswersNothing()
    {
        var exchange = new FakeExchange();
        await RunAsync(exchange, new CorrelationIdConfig());

        _plugin.FilterHeaders(exchange, new CorrelationIdConfig());

        exchange.ResponseHeaders.ShouldBeEmpty();
    }

    private async Task<string> RunAsync(FakeExchange exchange, CorrelationIdConfig config, string header = "Kong-Request-ID")
    {
        await _plugin.AccessAsync(exchange, config);
        return exchange.RequestHeaders[header].ToString();
    }

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1795200826812);
    }
}
