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

    private static readonly Guid _silver = Guid.NewGuid();
    private static readonly Guid _gold = Guid.NewGuid();

    // From the most specific to the least, as Kong documents it.
    private static readonly (string Name, Guid? Route, Guid? Service, Guid? Consumer, Guid? Group)[] _precedence =
    [
        ("consumer+route+service", _route, _service, _consumer.Id.Value, null),
        ("group+route+service", _route, _service, null, _gold),
        ("consumer+route", _route, null, _consumer.Id.Value, null),
        ("consumer+service", null, _service, _consumer.Id.Value, null),
        ("group+route", _route, null, null, _gold),
        ("group+service", null, _service, null, _gold),
        ("route+service", _route, _service, null, null),
        ("consumer", null, null, _consumer.Id.Value, null),
        ("group", null, null, null, _gold),
        ("route", _route, null, null, null),
        ("service", null, _service, null, null),
        ("global", null, null, null, null),
    ];

    [Fact]
    public async Task Access_SeveralScopes_RunsTheMostSpecificOnly()
    {
        for (var first = 0; first < _precedence.Length; first++)
        {
            foreach (var withConsumer in new[] { true, false })
            {
                var scopes = new ScopedSteps("p");
                foreach (var (name, route, service, consumer, group) in _precedence[first..])
                {
                    scopes.Add(StepOf(name, new PluginInstance(Guid.NewGuid(), route, service, consumer) { ConsumerGroupId = group }));
                }

                var expected = _precedence[first..].First(p => withConsumer || (p.Consumer is null && p.Group is null)).Name;
                (await RunAsync(new PluginPlan([scopes], _route, _service, Groups(_gold)), withConsumer)).ShouldBe([expected]);
            }
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Access_BoundToAGroup_GoesBeforeWhatIsBoundToOneOfRouteAndService(bool toRoute, bool toService)
    {
        var scopes = new ScopedSteps("p");
        scopes.Add(StepOf("global", PluginInstance.None));
        scopes.Add(StepOf("service", new PluginInstance(Guid.NewGuid(), null, _service, null)));
        scopes.Add(StepOf("group", new PluginInstance(Guid.NewGuid(), null, null, null) { ConsumerGroupId = _gold }));
        var plan = new PluginPlan([scopes], toRoute ? _route : default, toService ? _service : default, Groups(_gold));

        (await RunAsync(plan, withConsumer: true)).ShouldBe(["group"]);
        (await RunAsync(plan, withConsumer: false)).ShouldBe([toService ? "service" : "global"]);
    }

    [Fact]
    public async Task Access_SeveralGroups_TheFirstByNameCounts()
    {
        var scopes = new ScopedSteps("p");
        scopes.Add(StepOf("silver", new PluginInstance(Guid.NewGuid(), null, null, null) { ConsumerGroupId = _silver }));
        scopes.Add(StepOf("gold", new PluginInstance(Guid.NewGuid(), null, null, null) { ConsumerGroupId = _gold }));

        (await RunAsync(new PluginPlan([scopes], default, default, Groups(_silver, _gold)), withConsumer: true)).ShouldBe(["gold"]);
        (await RunAsync(new PluginPlan([scopes], default, default, Groups(_silver)), withConsumer: true)).ShouldBe(["silver"]);
        (await RunAsync(new PluginPlan([scopes], default, default, Groups()), withConsumer: true)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a b c d", "", "a,b,c,d")]
    [InlineData("a b c d", "c before a", "c,a,b,d")]
    [InlineData("a b c d", "a after d", "d,a,b,c")]
    [InlineData("a b c d", "a after c; d before c", "d,c,a,b")]
    [InlineData("a b c d", "a after x; x before b", "a,b,c,d")]
    [InlineData("a b c d", "a after b; b after a", "b,a,c,d")]
    public async Task Access_Ordering_MovesPluginsInThatPhaseOnly(string plugins, string rules, string expected)
    {
        var parsed = rules.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(' ')).ToArray();
        var plan = new PluginPlan(plugins.Split(' ').Select(name => Ordered(name, parsed.FirstOrDefault(r => r[0] == name))), _route, _service);
        var exchange = new FakeExchange();

        await plan.AccessAsync(exchange, out var chosen);
        plan.FilterHeaders(exchange, chosen);

        exchange.ResponseHeaders["X-Ran"].ToString().ShouldBe($"{expected},{string.Join(',', plugins.Split(' ').Select(p => p + ":header"))}");
    }

    [Fact]
    public async Task Access_OrderingBeforeAuthentication_ChoosesWithoutTheConsumer()
    {
        var auth = new ScopedSteps("auth");
        auth.Add(StepOf("auth", PluginInstance.None, e => e.Authenticate(_consumer, null)));
        var limit = Bound("limit");
        limit.Add(StepOf("limit for all", PluginInstance.None with { Ordering = new PluginOrdering { Before = new PluginOrder { Access = ["auth"] } } }));

        (await RunAsync(new PluginPlan([auth, limit], _route, _service), withConsumer: false)).ShouldBe(["limit for all", "auth"]);
    }

    [Fact]
    public async Task Access_ConsumerFoundOnTheWay_CountsForTheStepsBehind()
    {
        var auth = new ScopedSteps("auth");
        auth.Add(StepOf("auth", PluginInstance.None, e => e.Authenticate(_consumer, null)));
        var before = Bound("before");
        var behind = Bound("behind");

        (await RunAsync(new PluginPlan([before, auth, behind], _route, _service), withConsumer: false)).ShouldBe(["auth", "behind"]);
    }

    [Fact]
    public async Task Access_AfterAnAnswer_RunsNoFurtherStepButFiltersAndLogsThemAll()
    {
        var one = new ScopedSteps("one");
        one.Add(StepOf("one", PluginInstance.None, e => e.Error(403)));
        var two = new ScopedSteps("two");
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
        var scopes = new ScopedSteps(name);
        scopes.Add(StepOf(name, new PluginInstance(Guid.NewGuid(), null, null, _consumer.Id.Value)));
        return scopes;
    }

    private static ScopedSteps Ordered(string name, string[]? rule)
    {
        var order = rule is null ? null : new PluginOrder { Access = [rule[2]] };
        var scopes = new ScopedSteps(name);
        scopes.Add(StepOf(name, PluginInstance.None with
        {
            Ordering = rule is null ? null : new PluginOrdering { Before = rule[1] is "before" ? order : null, After = rule[1] is "after" ? order : null },
        }));
        return scopes;
    }

    private static ConsumerGroups Groups(params Guid[] ids) => new(
        new FakeLookup<ConsumerGroupMember>([.. ids.Select(id => new ConsumerGroupMember { Id = new(Guid.NewGuid()), Consumer = _consumer.Id, ConsumerGroup = new(id) })]),
        new FakeLookup<ConsumerGroup>(new ConsumerGroup { Id = new(_gold), Name = "gold" }, new ConsumerGroup { Id = new(_silver), Name = "silver" }));

    private static Step StepOf(string name, PluginInstance instance, Action<Exchange>? act = null) => new Step<string>(instance, new HashSet<Protocol> { Protocol.Http }, new TestPlugin(act), name);

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
