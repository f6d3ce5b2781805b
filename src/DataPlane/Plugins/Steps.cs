using Gateway.PluginSdk;

namespace Gateway.DataPlane.Plugins;

/// <summary>One instance of a plugin, bound to its configuration when the snapshot was compiled.</summary>
/// <param name="instance">Which instance it is.</param>
internal abstract class Step(PluginInstance instance)
{
    public PluginInstance Instance => instance;

    public abstract bool Rewrites { get; }

    public abstract bool Accesses { get; }

    public abstract bool FiltersHeaders { get; }

    public abstract bool FiltersBodies { get; }

    public abstract bool Logs { get; }

    public abstract ValueTask RewriteAsync(Exchange exchange);

    public abstract ValueTask AccessAsync(Exchange exchange);

    public abstract void FilterHeaders(Exchange exchange);

    public abstract Stream FilterBody(Exchange exchange, Stream next);

    public abstract void Log(Exchange exchange);
}

/// <inheritdoc/>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
internal sealed class Step<TConfig> : Step
{
    private readonly TConfig _config;
    private readonly IRewrite<TConfig>? _rewrite;
    private readonly IAccess<TConfig>? _access;
    private readonly IHeaderFilter<TConfig>? _headerFilter;
    private readonly IBodyFilter<TConfig>? _bodyFilter;
    private readonly ILog<TConfig>? _log;

    public Step(PluginInstance instance, object plugin, TConfig config)
        : base(instance)
    {
        _config = config;
        _rewrite = plugin as IRewrite<TConfig>;
        _access = plugin as IAccess<TConfig>;
        _headerFilter = plugin as IHeaderFilter<TConfig>;
        _bodyFilter = plugin as IBodyFilter<TConfig>;
        _log = plugin as ILog<TConfig>;
        (plugin as IConfigure<TConfig>)?.Configure(instance, config);
    }

    public override bool Rewrites => _rewrite is not null;

    public override bool Accesses => _access is not null;

    public override bool FiltersHeaders => _headerFilter is not null;

    public override bool FiltersBodies => _bodyFilter is not null;

    public override bool Logs => _log is not null;

    public override ValueTask RewriteAsync(Exchange exchange)
    {
        exchange.Instance = Instance;
        return _rewrite!.RewriteAsync(exchange, _config);
    }

    public override ValueTask AccessAsync(Exchange exchange)
    {
        exchange.Instance = Instance;
        return _access!.AccessAsync(exchange, _config);
    }

    public override void FilterHeaders(Exchange exchange)
    {
        exchange.Instance = Instance;
        _headerFilter!.FilterHeaders(exchange, _config);
    }

    public override Stream FilterBody(Exchange exchange, Stream next)
    {
        exchange.Instance = Instance;
        return _bodyFilter!.FilterBody(exchange, _config, next);
    }

    public override void Log(Exchange exchange)
    {
        exchange.Instance = Instance;
        _log!.Log(exchange, _config);
    }
}
