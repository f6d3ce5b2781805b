using Gateway.Entities;
using Gateway.PluginSdk;

namespace Gateway.DataPlane.Plugins;

/// <summary>One instance of a plugin, bound to its configuration when the snapshot was compiled.</summary>
/// <param name="instance">Which instance it is.</param>
/// <param name="protocols">The protocols that it runs on.</param>
internal abstract class Step(PluginInstance instance, IReadOnlySet<Protocol> protocols)
{
    public PluginInstance Instance => instance;

    /// <summary>Whether it runs for requests.</summary>
    public bool IsForRequests { get; } = protocols.Any(p => p is Protocol.Http or Protocol.Https or Protocol.Grpc or Protocol.Grpcs);

    /// <summary>Whether it runs for streams.</summary>
    public bool IsForStreams { get; } = protocols.Any(p => p is Protocol.Tcp or Protocol.Tls or Protocol.TlsPassthrough or Protocol.Udp);

    public abstract bool Certifies { get; }

    public abstract bool Rewrites { get; }

    public abstract bool Accesses { get; }

    public abstract bool Responds { get; }

    public abstract bool FiltersHeaders { get; }

    public abstract bool FiltersBodies { get; }

    public abstract bool Logs { get; }

    public abstract bool Prereads { get; }

    public abstract bool LogsStreams { get; }

    public abstract ValueTask CertifyAsync(Handshake handshake);

    public abstract ValueTask RewriteAsync(Exchange exchange);

    public abstract ValueTask AccessAsync(Exchange exchange);

    public abstract ValueTask RespondAsync(Exchange exchange, UpstreamAnswer answer);

    public abstract void FilterHeaders(Exchange exchange);

    public abstract Stream FilterBody(Exchange exchange, Stream next);

    public abstract void Log(Exchange exchange);

    public abstract ValueTask PrereadAsync(StreamSession session);

    public abstract void Log(StreamSession session);
}

/// <inheritdoc/>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
internal sealed class Step<TConfig> : Step
{
    private readonly TConfig _config;
    private readonly ICertificate<TConfig>? _certificate;
    private readonly IRewrite<TConfig>? _rewrite;
    private readonly IAccess<TConfig>? _access;
    private readonly IResponse<TConfig>? _response;
    private readonly IHeaderFilter<TConfig>? _headerFilter;
    private readonly IBodyFilter<TConfig>? _bodyFilter;
    private readonly ILog<TConfig>? _log;
    private readonly IPreread<TConfig>? _preread;
    private readonly IStreamLog<TConfig>? _streamLog;

    public Step(PluginInstance instance, IReadOnlySet<Protocol> protocols, object plugin, TConfig config)
        : base(instance, protocols)
    {
        _config = config;
        _certificate = plugin as ICertificate<TConfig>;
        _rewrite = plugin as IRewrite<TConfig>;
        _access = plugin as IAccess<TConfig>;
        _response = plugin as IResponse<TConfig>;
        _headerFilter = plugin as IHeaderFilter<TConfig>;
        _bodyFilter = plugin as IBodyFilter<TConfig>;
        _log = plugin as ILog<TConfig>;
        _preread = plugin as IPreread<TConfig>;
        _streamLog = plugin as IStreamLog<TConfig>;
        (plugin as IConfigure<TConfig>)?.Configure(instance, config);
    }

    public override bool Certifies => _certificate is not null;

    public override bool Rewrites => _rewrite is not null;

    public override bool Accesses => _access is not null;

    public override bool Responds => _response is not null;

    public override bool FiltersHeaders => _headerFilter is not null;

    public override bool FiltersBodies => _bodyFilter is not null;

    public override bool Logs => _log is not null;

    public override bool Prereads => _preread is not null;

    public override bool LogsStreams => _streamLog is not null;

    public override ValueTask CertifyAsync(Handshake handshake)
    {
        handshake.Instance = Instance;
        return _certificate!.CertifyAsync(handshake, _config);
    }

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

    public override ValueTask RespondAsync(Exchange exchange, UpstreamAnswer answer)
    {
        exchange.Instance = Instance;
        return _response!.RespondAsync(exchange, answer, _config);
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

    public override ValueTask PrereadAsync(StreamSession session)
    {
        session.Instance = Instance;
        return _preread!.PrereadAsync(session, _config);
    }

    public override void Log(StreamSession session)
    {
        session.Instance = Instance;
        _streamLog!.Log(session, _config);
    }
}
