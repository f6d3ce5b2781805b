using Gateway.ControlPlane.Declarative;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Kong.Settings;
using Gateway.Plugins;
using Gateway.Sync;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Kong.Node;

/// <summary>Joins the planes of a node without a database: what one reads from documents, the other puts to use and keeps over restarts.</summary>
internal sealed partial class DeclarativeLink(
    KongSettings settings, DeclarativeNode node, ConfigApplier applier, ConfigStore store, ILogger<DeclarativeLink> logger) : IHostedService
{
    /// <summary>Why requests cannot be routed yet, in Kong's words, or null.</summary>
    public string? NotReady => applier.State.NotReadyReason;

    /// <summary>The hash of the configuration in use.</summary>
    public string Hash => applier.CurrentHash;

    /// <summary>The rows that are kept on disk.</summary>
    public IEnumerable<KeptRow> Rows => BundledPlugins.Catalog.Entities.Entities.Where(e => e.Stored).SelectMany(e => store.Kept(e.Name).Select(r => new KeptRow(e.Name, r.Json, r.Expires)));

    /// <summary>Puts a configuration to use; says what is wrong with it, or null.</summary>
    public async Task<string?> ApplyAsync(Reconfigure message, CancellationToken cancellation) =>
        await applier.ApplyAsync(message, cancellation, evenIfKnown: true) is ApplyOutcome.Rejected rejected
            ? string.Join(", ", new[] { rejected.Entity, rejected.Field }.OfType<string>()) is { Length: > 0 } place ? $"{place}: {rejected.Message}" : rejected.Message
            : null;

    /// <summary>Loads the configuration that the settings name, before the listeners open, or else what was kept.</summary>
    /// <exception cref="StartFailure">Something is wrong with the configuration.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (DeclarativeSource.Of(settings) is not { } source)
        {
            node.Restore();
        }
        else if (await node.LoadAsync(source.Text, source.FileName, cancellationToken) is { Errors: { } errors })
        {
            throw new StartFailure(source.Refused(errors.Lines));
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reads the configuration anew; a bad one changes nothing.</summary>
    public async void Reload(KongSettings reread)
    {
        try
        {
            if (DeclarativeSource.Of(reread) is { } source)
            {
                var result = await node.LoadAsync(source.Text, source.FileName, CancellationToken.None);
                if (result.Errors is { } errors)
                {
                    Log.NotLoaded(logger, source.Refused(errors.Lines));
                }
                else
                {
                    Log.Loaded(logger, source.Name);
                }
            }
        }
        catch (Exception e)
        {
            Log.NotLoaded(logger, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "the declarative config {Name} is in use")]
        public static partial void Loaded(ILogger logger, string name);

        [LoggerMessage(LogLevel.Error, "{Reason}\nthe configuration before stays in use")]
        public static partial void NotLoaded(ILogger logger, string reason);
    }
}
