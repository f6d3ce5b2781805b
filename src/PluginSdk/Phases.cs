namespace Gateway.PluginSdk;

/// <summary>Takes part in nothing yet: the plugin's configuration is known, and a node says that it cannot run it.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
#pragma warning disable CA1040 // It says what a plugin is; there is nothing to do for it.
public interface IDeclaredOnly<TConfig>;
#pragma warning restore CA1040

/// <summary>Takes part in TLS handshakes, before a certificate is shown; only global instances run here.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
public interface ICertificate<TConfig>
{
    /// <summary>Shows another certificate, or asks the client for its own.</summary>
    /// <param name="handshake">The handshake.</param>
    /// <param name="config">The instance's configuration.</param>
    ValueTask CertifyAsync(Handshake handshake, TConfig config);
}

/// <summary>Takes part before routing; only global instances run here.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
public interface IRewrite<TConfig>
{
    /// <summary>Sees every request before its route is known.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="config">The instance's configuration.</param>
    ValueTask RewriteAsync(Exchange exchange, TConfig config);
}

/// <summary>Takes part when the route is known and nothing has gone upstream; it may answer the request.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
public interface IAccess<TConfig>
{
    /// <summary>Lets the request through, changes it, or answers it.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="config">The instance's configuration.</param>
    ValueTask AccessAsync(Exchange exchange, TConfig config);
}

/// <summary>
/// Takes part when an upstream's answer is there as a whole and nothing of it has been sent. Answers are held in memory for it; those of gRPC and of upgraded connections pass without.
/// </summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
public interface IResponse<TConfig>
{
    /// <summary>Changes the answer, or gives another with <see cref="Exchange.Exit(int, System.Text.Json.Nodes.JsonNode)"/> or <see cref="Exchange.Error"/>.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="answer">The upstream's answer.</param>
    /// <param name="config">The instance's configuration.</param>
    ValueTask RespondAsync(Exchange exchange, UpstreamAnswer answer, TConfig config);
}

/// <summary>Takes part when the status and headers of the answer are known and none has been sent.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
public interface IHeaderFilter<TConfig>
{
    /// <summary>Changes the headers of the answer.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="config">The instance's configuration.</param>
    void FilterHeaders(Exchange exchange, TConfig config);
}

/// <summary>Takes part in the body of the answer, piece by piece.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
public interface IBodyFilter<TConfig>
{
    /// <summary>Puts a filter before what the body is written to, when the headers are known and none has been sent.</summary>
    /// <param name="exchange">The request and its answer; a filter that changes the body's length removes Content-Length.</param>
    /// <param name="config">The instance's configuration.</param>
    /// <param name="next">What the filter writes to; it is not the filter's to close.</param>
    /// <returns>What the body is written to instead, which is disposed when the body is at its end; <paramref name="next"/> itself for no filter.</returns>
    Stream FilterBody(Exchange exchange, TConfig config, Stream next);
}

/// <summary>Takes part when the exchange is over.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
public interface ILog<TConfig>
{
    /// <summary>Takes note of the exchange; it must not block.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="config">The instance's configuration.</param>
    void Log(Exchange exchange, TConfig config);
}

/// <summary>Takes part when the route of a stream is known and nothing has gone upstream; it may refuse the stream. Global instances, and those of the route and service, run.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
public interface IPreread<TConfig>
{
    /// <summary>Lets the stream through, or refuses it.</summary>
    /// <param name="session">The stream.</param>
    /// <param name="config">The instance's configuration.</param>
    ValueTask PrereadAsync(StreamSession session, TConfig config);
}

/// <summary>Takes part when a stream is over.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
public interface IStreamLog<TConfig>
{
    /// <summary>Takes note of the stream; it must not block.</summary>
    /// <param name="session">The stream.</param>
    /// <param name="config">The instance's configuration.</param>
    void Log(StreamSession session, TConfig config);
}

/// <summary>Is told of every configuration before requests run with it: to warn, or to prepare what is slow.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
public interface IConfigure<TConfig>
{
    /// <summary>Takes note of a configuration; it is called once for each, and must not fail.</summary>
    /// <param name="instance">The instance that it belongs to.</param>
    /// <param name="config">The instance's configuration.</param>
    void Configure(PluginInstance instance, TConfig config);
}
