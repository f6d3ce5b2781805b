using Gateway.ControlPlane.Clustering;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Kong.Node;

/// <summary>Brings every configuration to the data plane of the same process; what hybrid mode sends over the wire goes by reference here.</summary>
internal sealed partial class TraditionalLink(ConfigPublisher publisher, ConfigApplier applier, ILogger<TraditionalLink> logger) : BackgroundService
{
    private volatile bool _applied;

    /// <summary>Why requests cannot be routed yet, in Kong's words, or null.</summary>
    public string? NotReady => _applied ? null : "router builds not yet complete, router ready in 0 of 1 workers";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var changes = new LocalChanges(publisher);
        while (!stoppingToken.IsCancellationRequested)
        {
            var deltas = await changes.TakeAsync(applier.Version, stoppingToken);
            var outcome = deltas.Version == applier.Version ? ApplyOutcome.Unchanged.Instance : await applier.ApplyAsync(deltas, stoppingToken);
            if (outcome is ApplyOutcome.Rejected rejection)
            {
                Log.Rejected(logger, rejection.Message, rejection.Entity ?? "the changes", rejection.Field ?? "-");
            }

            _applied = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The configuration cannot be used: {Reason} (entity {Entity}, field {Field}); the one before stays in use")]
        public static partial void Rejected(ILogger logger, string reason, string entity, string field);
    }
}
