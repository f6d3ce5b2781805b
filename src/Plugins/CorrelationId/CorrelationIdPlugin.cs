using System.Globalization;
using Gateway.PluginSdk;

namespace Gateway.Plugins.CorrelationId;

/// <summary>Gives every request an id by which it is found again in the logs of everyone whom it passes.</summary>
/// <param name="time">The clock.</param>
[Plugin("correlation-id", Priority = 100001)]
public sealed class CorrelationIdPlugin(TimeProvider time) : IAccess<CorrelationIdConfig>, IHeaderFilter<CorrelationIdConfig>
{
    private const string DefaultHeader = "Kong-Request-ID";
    private readonly string _process = Guid.NewGuid().ToString();
    private long _count;

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, CorrelationIdConfig config)
    {
        var header = config.HeaderName ?? DefaultHeader;
        var id = Sent(exchange, header);
        if (id is null)
        {
            id = Next(exchange, config.Generator);
            exchange.RequestHeaders[header] = id;
        }

        if (config.EchoDownstream)
        {
            exchange.Keep(new Correlation(id));
        }

        return default;
    }

    /// <inheritdoc/>
    public void FilterHeaders(Exchange exchange, CorrelationIdConfig config)
    {
        if (!config.EchoDownstream)
        {
            return;
        }

        // A request that was answered before its turn came, such as one without a route, has an id too.
        var header = config.HeaderName ?? DefaultHeader;
        exchange.ResponseHeaders[header] = exchange.Kept<Correlation>()?.Id ?? Sent(exchange, header) ?? Next(exchange, config.Generator);
    }

    private static string? Sent(Exchange exchange, string header) =>
        exchange.RequestHeaders.TryGetValue(header, out var values) && values.Count > 0 && !string.IsNullOrWhiteSpace(values[0]) ? values[0] : null;

    private string Next(Exchange exchange, Generator generator) => generator switch
    {
        Generator.Uuid => Guid.NewGuid().ToString(),
        Generator.Tracker => Tracker.Of(exchange.Http, time.GetUtcNow()),
        _ => string.Create(CultureInfo.InvariantCulture, $"{_process}#{Interlocked.Increment(ref _count)}"),
    };

    private sealed record Correlation(string Id);
}
