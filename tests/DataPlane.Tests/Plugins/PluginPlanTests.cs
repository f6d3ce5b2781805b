using Gateway.DataPlane.Plugins;
using Gateway.Entities;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;

namespace Gateway.DataPlane.Tests.Plugins;

public sealed class PluginPlanTests
{
    private static readonly Guid _route = Guid.NewGuid();
    private static readonly Guid _service = Guid.NewGuid();
    private static readonly Consumer _consumer = new() { Id = new(Guid.NewGuid()) };

    // From the most specific to the least.
    private static readonly (string Name, Guid? Route, Guid? Service, Guid? Consumer)[] _precedence =
    [
        ("route+service+consumer", _route, _service, _consumer.Id.Value),
        ("route+consumer", _route, null, _consumer.Id.Value),
        ("service+consumer", null, _service, _consumer.Id.Value),
        ("route+service", _route, _service, null),
        ("consumer", null, null, _consumer.Id.Value),
        ("route", _route, null, null),
        ("service", null, _service, null),
        ("global", null, null, null),
    ];

    [Fact]
    public async Task Access_SeveralScopes_RunsTheMostSpecificOnly()
    {
        for (var first = 0; first < _precedence.Length; first++)
        {
            foreach (var withConsumer in new[] { true, false })
            {
                var scopes = new ScopedSteps();
                foreach (var (name, route, service, consumer) in _precedence[first..])
                {
                    scopes.Add(StepOf(name, new PluginInstance(Guid.NewGuid(), route, service, consumer)));
                }

                var expected = _precedence[first..].First(p => withConsumer || p.Consumer is null).Name;
                (await RunAsync(new PluginPlan([scopes], _route, _service), withConsumer)).ShouldBe([expected]);
            }
        }
    }

    [Fact]
    public async Task Access_ConsumerFoundOnTheWay_CountsForTheStepsBehind()
    {
        var auth = new ScopedSteps();
        auth.Add(StepOf("auth", PluginInstance.None, e => e.Authenticate(_consumer, null)));
        var before = Bound("before");
        var behind = Bound("behind");

        (await RunAsync(new PluginPlan([before, auth, behind], _route, _service), withConsumer: false)).ShouldBe(["auth", "behind"]);
    }

    [Fact]
    public async Task Access_AfterAnAnswer_RunsNoFurtherStepButFiltersAndLogsThemAll()
    {
        var one = new ScopedSteps();
        one.Add(StepOf("one", PluginInstance.None, e => e.Error(403)));
        var two = new ScopedSteps();
        two.Add(StepOf("two", PluginInstance.None));
        var plan = new PluginPlan([one, two], _route, _service);
        var exchange = new FakeExchange();

        await plan.AccessAsync(exchange, out var chosen);
        plan.FilterHeaders(exchange, chosen);
        plan.Log(exchange, chosen);

        exchange.ResponseHeaders["X-Ran"].ToString().ShouldBe("one,one:header,two:header,one:log,two:log");
    }

    private static ScopedSteps Bound(string name)
    {
        var scopes = new ScopedSteps();
        scopes.Add(StepOf(name, new PluginInstance(Guid.NewGuid(), null, null, _consumer.Id.Value)));
        return scopes;
    }

    private static Step StepOf(string name, PluginInstance instance, Action<Exchange>? act = null) => new Step<string>(instance, new TestPlugin(act), name);

    private static async Task<string[]> RunAsync(PluginPlan plan, bool withConsumer)
    {
        var exchange = new FakeExchange();
        if (withConsumer)
        {
            exchange.Authenticate(_consumer, null);
        }

        await plan.AccessAsync(exchange, out _);
        return [.. exchange.ResponseHeaders["X-Ran"].OfType<string>()];
    }

    private sealed class TestPlugin(Action<Exchange>? act) : IAccess<string>, IHeaderFilter<string>, ILog<string>
    {
        public ValueTask AccessAsync(Exchange exchange, string config)
        {
            Note(exchange, config);
            act?.Invoke(exchange);
            return default;
        }

        public void FilterHeaders(Exchange exchange, string config) => Note(exchange, config + ":header");

        public void Log(Exchange exchange, string config) => Note(exchange, config + ":log");

        private static void Note(Exchange exchange, string text) =>
            exchange.ResponseHeaders["X-Ran"] = Microsoft.Extensions.Primitives.StringValues.Concat(exchange.ResponseHeaders["X-Ran"], text);
    }
}
