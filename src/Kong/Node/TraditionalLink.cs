using Gateway.ControlPlane.Clustering;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Sync;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Kong.Node;

/// <summary>Brings every configuration to the data plane of the same process; what hybrid mode sends over the wire goes by reference here.</summary>
internal sealed partial class TraditionalLink(ConfigPublisher publisher, ConfigApplier applier, ILogger<TraditionalLink> logger) : BackgroundService
{
    private const string Unready = "router builds not yet complete, router ready in 0 of 1 workers";

    private readonly TaskCompletionSource<string?> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _notReady = Unready;

    /// <summary>Why requests cannot be routed yet, in Kong's words, or null.</summary>
    public string? NotReady => _notReady;

    /// <summary>Ends when what the database holds is in use, with null, or is refused, with the reason.</summary>
    public Task<string?> First => _first.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var changes = new LocalChanges(publisher);
        while (!stoppingToken.IsCancellationRequested)
        {
            var deltas = await changes.TakeAsync(applier.Version, stoppingToken);
            var outcome = deltas.Version == applier.Version ? ApplyOutcome.Unchanged.Instance : await applier.ApplyAsync(deltas, stoppingToken);
            var refused = outcome is ApplyOutcome.Rejected rejection ? Reason(rejection) : null;
            // One that came before may be in use: from this run, or kept from the last.
            var isServed = applier.Version != ConfigHashes.Zeros;
            if (refused is not null && isServed)
            {
                Log.Rejected(logger, refused);
            }
            else if (refused is not null)
            {
                Log.Unusable(logger, refused);
            }

            _notReady = refused is null || isServed ? null : $"{Unready}: the configuration cannot be used: {refused}";
            _first.TrySetResult(refused);
        }
    }

    private static string Reason(ApplyOutcome.Rejected rejection) =>
        string.Join(", ", new[] { rejection.Entity, rejection.Field is { } field ? $"field {field}" : null }.OfType<string>()) is { Length: > 0 } place
            ? $"{place}: {rejection.Message}"
            : rejection.Message;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The configuration cannot be used, the one before stays in use: {Reason}")]
        public static partial void Rejected(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "The configuration cannot be used, and there is none before it: no request is routed until this is mended: {Reason}")]
        public static partial void Unusable(ILogger logger, string reason);
    }
}
