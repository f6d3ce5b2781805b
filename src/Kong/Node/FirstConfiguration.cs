using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Entities.Declarative;
using Gateway.Kong.Settings;
using Gateway.Sync;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Kong.Node;

/// <summary>Gives a data plane that has no configuration yet the one that its settings name, until its control plane sends another.</summary>
internal sealed partial class FirstConfiguration(KongSettings settings, ConfigApplier applier, ConfigStore store, TimeProvider time, ILogger<FirstConfiguration> logger) : IHostedService
{
    /// <summary>Loads it before the listeners open.</summary>
    /// <exception cref="StartFailure">Something is wrong with it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // What the control plane sent before is newer than any file.
        if (store.Current is not null || DeclarativeSource.Of(settings) is not { } source)
        {
            return;
        }

        var result = new DeclarativeReader(settings.Entities, time).Read(source.Text, source.FileName);
        if (result.Errors is { } errors)
        {
            throw new StartFailure(source.Refused(errors.Lines));
        }

        var document = ConfigDocument.Create(result.Config!.ToTable(time), time.GetUtcNow());
        var message = new Reconfigure(document.ConfigHash, document.Hashes, document.Timestamp.ToUnixTimeMilliseconds() / 1000d, document.ConfigTable);
        if (await applier.ApplyAsync(message, cancellationToken) is ApplyOutcome.Rejected rejected)
        {
            throw new StartFailure(source.Refused(rejected.Message));
        }

        Log.Loaded(logger, source.Name);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "the declarative config {Name} is in use until the control plane sends one")]
        public static partial void Loaded(ILogger logger, string name);
    }
}
