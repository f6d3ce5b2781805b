using System.Globalization;
using System.Text;
using Gateway.Plugins.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;

namespace Gateway.Plugins.Datadog;

/// <summary>Sends metrics to a Datadog agent.</summary>
/// <param name="queues">The queues of the node.</param>
[Plugin("datadog", Priority = 10, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class DatadogPlugin(BatchQueues queues) : ILog<DatadogConfig>, IStreamLog<DatadogConfig>
{
    private readonly LogSinks<DatadogConfig> _sinks = new(queues, static c => $"datadog {c.Host}:{c.Port}", static c => c.Queue.Or(c.QueueSize, c.FlushTimeout), static (config, entries, cancellation) =>
        Datagrams.SendAsync(config.Host ?? "localhost", config.Port ?? 8125, entries, 0, cancellation));

    /// <inheritdoc/>
    public void Log(Exchange exchange, DatadogConfig config) => Add(LogFacts.Of(exchange), config);

    /// <inheritdoc/>
    public void Log(StreamSession session, DatadogConfig config) => Add(LogFacts.Of(session), config);

    private void Add(LogFacts facts, DatadogConfig config)
    {
        var lines = string.Join('\n', config.Metrics.Where(m => m.StatType is not ("counter" or "gauge") || StatsdLine.IsDrawn(m.SampleRate)).Select(m => Line(config, m, facts)).OfType<string>());
        if (lines.Length > 0)
        {
            _sinks.Add(config, Encoding.UTF8.GetBytes(lines));
        }
    }

    private static string? Line(DatadogConfig config, DatadogMetric metric, LogFacts facts)
    {
        if (facts.Measure(metric.Name) is not { Value: not double.NaN } measure)
        {
            return null;
        }

        var tags = new List<string>
        {
            $"{config.ServiceNameTag ?? "name"}:{StatsdLine.Clean(facts.Service("service_name_or_host") ?? string.Empty)}",
            $"{config.StatusTag ?? "status"}:{facts.Status.ToString(CultureInfo.InvariantCulture)}",
        };
        if (facts.Consumer(metric.ConsumerIdentifier) is { } consumer)
        {
            tags.Add($"{config.ConsumerTag ?? "consumer"}:{StatsdLine.Clean(consumer)}");
        }

        tags.AddRange(metric.Tags ?? []);
        return $"{config.Prefix}.{measure.Stat}:{StatsdLine.Value(measure.Value, metric.StatType, metric.SampleRate)}|#{string.Join(',', tags)}";
    }
}
