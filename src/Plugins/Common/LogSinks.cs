using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;

namespace Gateway.Plugins.Common;

/// <summary>The queues of a plugin that sends log entries, one for each configuration.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
/// <param name="queues">The queues of the node.</param>
/// <param name="name">What the log calls the queue of a configuration.</param>
/// <param name="settings">How entries of a configuration wait.</param>
/// <param name="send">Sends a batch to where a configuration says.</param>
public sealed class LogSinks<TConfig>(
    BatchQueues queues, Func<TConfig, string> name, Func<TConfig, QueueSettings> settings, Func<TConfig, IReadOnlyList<ReadOnlyMemory<byte>>, CancellationToken, Task<string?>> send)
    where TConfig : class
{
    private readonly Prepared<TConfig, BatchQueue> _queues = new(config =>
        queues.Create(name(config), settings(config), (entries, cancellation) => send(config, entries, cancellation)));

    /// <summary>Adds the log entry of an exchange to what is sent.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="config">The configuration.</param>
    public void Add(Exchange exchange, TConfig config) => Add(config, exchange.LogEntry.Utf8);

    /// <summary>Adds the log entry of a stream to what is sent.</summary>
    /// <param name="session">The stream.</param>
    /// <param name="config">The configuration.</param>
    public void Add(StreamSession session, TConfig config) => Add(config, session.LogEntry.Utf8);

    /// <summary>Adds bytes of the plugin's own to what is sent.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="entry">The bytes, which must not change any more.</param>
    public void Add(TConfig config, ReadOnlyMemory<byte> entry) => _queues.Of(config).Add(entry);
}
