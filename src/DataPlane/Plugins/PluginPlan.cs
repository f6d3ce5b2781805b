using Gateway.PluginSdk;

namespace Gateway.DataPlane.Plugins;

/// <summary>
/// The plugins that run for one pair of route and service, in order, decided when the snapshot was compiled.
/// Only where an instance is bound to a consumer or a group the choice waits until the plugin's turn comes.
/// </summary>
internal sealed class PluginPlan
{
    private readonly Slot[] _slots;
    private readonly int[] _accessOrder;
    private readonly bool _waits;
    private readonly ConsumerGroups? _groups;
    private readonly Step[] _certificates;
    private readonly Step[] _rewrites;
    private readonly Step[] _accesses;
    private readonly Step[] _responses;
    private readonly Step[] _headerFilters;
    private readonly Step[] _bodyFilters;
    private readonly Step[] _logs;
    private readonly Step[] _prereads;
    private readonly Step[] _streamLogs;

    /// <summary>Decides the order.</summary>
    /// <param name="scopes">The plugins in the order of their execution.</param>
    /// <param name="route">The route's id, or the empty one for the plan of requests without a route.</param>
    /// <param name="service">The service's id, or the empty one.</param>
    /// <param name="groups">Tells the groups of consumers; null when no plugin is bound to one.</param>
    public PluginPlan(IEnumerable<ScopedSteps> scopes, Guid route, Guid service, ConsumerGroups? groups = null)
    {
        ScopedSteps[] all = [.. scopes];
        var streams = all.Select(s => s.ChooseForStreams(route, service)).OfType<Step>().ToArray();
        _prereads = [.. streams.Where(s => s.Prereads)];
        _streamLogs = [.. streams.Where(s => s.LogsStreams)];
        _slots = [.. all.Select(s => new Slot(s.Name, s.HasConsumers ? s : null, s.Choose(route, service), route, service)).Where(s => s.Scopes is not null || s.Default is not null)];
        _waits = _slots.Any(s => s.Scopes is not null);
        _groups = _slots.Any(s => s.Scopes?.HasGroups is true) ? groups : null;
        _accessOrder = AccessOrder.Of([.. _slots.Select(s => (s.Name, s.Default?.Instance.Ordering))]);
        var steps = _slots.Select(s => s.Default).OfType<Step>().ToArray();
        _certificates = [.. steps.Where(s => s.Certifies)];
        _rewrites = [.. steps.Where(s => s.Rewrites)];
        _accesses = [.. _accessOrder.Select(i => _slots[i].Default).OfType<Step>().Where(s => s.Accesses)];
        _responses = [.. steps.Where(s => s.Responds)];
        _headerFilters = [.. steps.Where(s => s.FiltersHeaders)];
        _bodyFilters = [.. steps.Where(s => s.FiltersBodies)];
        _logs = [.. steps.Where(s => s.Logs)];
        Logs = _logs.Length > 0 || _waits;
    }

    /// <summary>Whether any plugin takes note of exchanges, so that what they tell must be gathered.</summary>
    public bool Logs { get; }

    /// <summary>Whether any plugin takes part in handshakes.</summary>
    public bool Certifies => _certificates.Length > 0;

    /// <summary>A plan without plugins.</summary>
    public static PluginPlan Empty { get; } = new([], default, default);

    /// <summary>Runs the global plugins of a handshake.</summary>
    /// <param name="handshake">The handshake.</param>
    public async ValueTask CertifyAsync(Handshake handshake)
    {
        foreach (var step in _certificates)
        {
            await step.CertifyAsync(handshake);
        }
    }

    /// <summary>Runs the global plugins before routing.</summary>
    /// <param name="exchange">The request.</param>
    public ValueTask RewriteAsync(Exchange exchange) => _rewrites.Length is 0 ? default : RunRewritesAsync(exchange);

    /// <summary>Runs the plugins that may answer the request; after an answer the rest only takes part in what follows.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="chosen">The instances that were chosen for this request; null when the plan leaves no choice.</param>
    public ValueTask AccessAsync(Exchange exchange, out Step?[]? chosen)
    {
        chosen = _waits ? new Step?[_slots.Length] : null;
        return chosen is not null ? ChooseAndRunAsync(exchange, chosen) : _accesses.Length is 0 ? default : RunAccessAsync(exchange);
    }

    /// <summary>Whether a plugin wants the upstream's answer as a whole.</summary>
    /// <param name="chosen">What <see cref="AccessAsync"/> chose, or null.</param>
    public bool Responds(Step?[]? chosen) => chosen is null ? _responses.Length > 0 : Array.Exists(chosen, s => s?.Responds is true);

    /// <summary>Lets the plugins change the upstream's answer as a whole, until one of them gives another.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="chosen">What <see cref="AccessAsync"/> chose, or null.</param>
    /// <param name="answer">The upstream's answer.</param>
    public async ValueTask RespondAsync(Exchange exchange, Step?[]? chosen, UpstreamAnswer answer)
    {
        foreach (var step in chosen ?? _responses)
        {
            if (step?.Responds is true && exchange.Answer is null)
            {
                await step.RespondAsync(exchange, answer);
            }
        }
    }

    /// <summary>Lets the plugins change the headers of the answer.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="chosen">What <see cref="AccessAsync"/> chose, or null.</param>
    public void FilterHeaders(Exchange exchange, Step?[]? chosen)
    {
        foreach (var step in chosen ?? _headerFilters)
        {
            if (step?.FiltersHeaders is true)
            {
                step.FilterHeaders(exchange);
            }
        }
    }

    /// <summary>Lets the plugins put filters before what the body of the answer is written to; the first plugin sees the body first.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="chosen">What <see cref="AccessAsync"/> chose, or null.</param>
    /// <param name="body">What the body is written to.</param>
    /// <param name="filters">Receives the filters, from the last to the first.</param>
    public void FilterBody(Exchange exchange, Step?[]? chosen, Stream body, ref List<Stream>? filters)
    {
        var steps = chosen ?? _bodyFilters;
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            if (steps[i]?.FiltersBodies is true && steps[i]!.FilterBody(exchange, body) is var filter && !ReferenceEquals(filter, body))
            {
                (filters ??= []).Add(body = filter);
            }
        }
    }

    /// <summary>Lets the plugins take note of the exchange.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="chosen">What <see cref="AccessAsync"/> chose, or null.</param>
    public void Log(Exchange exchange, Step?[]? chosen)
    {
        foreach (var step in chosen ?? _logs)
        {
            if (step?.Logs is true)
            {
                step.Log(exchange);
            }
        }
    }

    /// <summary>Whether any plugin takes note of streams.</summary>
    public bool LogsStreams => _streamLogs.Length > 0;

    /// <summary>Runs the plugins that may refuse a stream.</summary>
    /// <param name="session">The stream.</param>
    public async ValueTask PrereadAsync(StreamSession session)
    {
        for (var i = 0; i < _prereads.Length && session.Refusal is null; i++)
        {
            await _prereads[i].PrereadAsync(session);
        }
    }

    /// <summary>Lets the plugins take note of a stream.</summary>
    /// <param name="session">The stream.</param>
    public void Log(StreamSession session)
    {
        foreach (var step in _streamLogs)
        {
            step.Log(session);
        }
    }

    private async ValueTask RunRewritesAsync(Exchange exchange)
    {
        for (var i = 0; i < _rewrites.Length && exchange.Answer is null; i++)
        {
            await _rewrites[i].RewriteAsync(exchange);
        }
    }

    private async ValueTask RunAccessAsync(Exchange exchange)
    {
        for (var i = 0; i < _accesses.Length && exchange.Answer is null; i++)
        {
            await _accesses[i].AccessAsync(exchange);
        }
    }

    private async ValueTask ChooseAndRunAsync(Exchange exchange, Step?[] chosen)
    {
        Guid consumer = default;
        Guid[] groups = [];
        foreach (var i in _accessOrder)
        {
            if (exchange.Consumer is { } found && found.Id.Value != consumer)
            {
                consumer = found.Id.Value;
                groups = _groups?.Of(consumer) ?? [];
            }

            var step = chosen[i] = _slots[i].Choose(consumer, groups);
            if (step?.Accesses is true && exchange.Answer is null)
            {
                await step.AccessAsync(exchange);
            }
        }
    }

    private sealed record Slot(string Name, ScopedSteps? Scopes, Step? Default, Guid Route, Guid Service)
    {
        public Step? Choose(Guid consumer, Guid[] groups) =>
            Scopes is not null && consumer != default ? Scopes.Choose(Route, Service, consumer, groups) : Default;
    }
}
