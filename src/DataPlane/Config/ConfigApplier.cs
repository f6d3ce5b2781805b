using System.Diagnostics;
using Gateway.DataPlane.Sync;
using Gateway.Entities;
using Gateway.Sync;
using Gateway.Sync.Rpc;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Config;

/// <summary>Takes a configuration from the wire into use: read, compiled and stored as a whole, or not at all.</summary>
public sealed partial class ConfigApplier : IDisposable
{
    // What is larger takes long, and stands back behind requests; what is smaller is done before it could hold any up. Standing back, it would wait for seconds on a machine
    // that has other work for all its processors.
    private const int PromptBytes = 1 << 20;
    private const int PromptEntities = 1000;

    private readonly ConfigStore _store;
    private readonly DocumentReader _reader;
    private readonly DeltaReader _deltas;
    private readonly Func<ConfigEntities, CompileResult> _compile;
    private readonly Func<EntityChanges, CompileResult> _compileChanges;
    private readonly TimeProvider _time;
    private readonly ILogger<ConfigApplier> _logger;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly WorkThread _prompt = new("changes", nice: 0);
    private readonly WorkThread _patient = new("configuration", nice: 10);
    private string? _received;
    private ConfigState _state;

    /// <summary>An applier that has loaded nothing yet, and compiles everything for every change.</summary>
    /// <param name="store">Where configurations are kept.</param>
    /// <param name="catalog">The declared entities.</param>
    /// <param name="compile">Compiles a configuration; called from inside the transaction that stores it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes what became of configurations.</param>
    public ConfigApplier(
        ConfigStore store, EntityCatalog catalog, Func<ConfigEntities, CompileResult> compile, TimeProvider time, ILogger<ConfigApplier> logger)
        : this(store, catalog, compile, changes => compile(changes.After.ToEntities(changes.Hashes)), time, logger)
    {
    }

    /// <summary>An applier that has loaded nothing yet.</summary>
    /// <param name="store">Where configurations are kept.</param>
    /// <param name="catalog">The declared entities.</param>
    /// <param name="compile">Compiles a configuration; called from inside the transaction that stores it.</param>
    /// <param name="compileChanges">Compiles changes of the configuration in use; called from inside the transaction that stores them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes what became of configurations.</param>
    internal ConfigApplier(
        ConfigStore store, EntityCatalog catalog, Func<ConfigEntities, CompileResult> compile, Func<EntityChanges, CompileResult> compileChanges, TimeProvider time,
        ILogger<ConfigApplier> logger)
    {
        _store = store;
        var rows = new RowReader(catalog, store, time);
        _reader = new DocumentReader(catalog, rows);
        _deltas = new DeltaReader(catalog, rows, _reader, store);
        _compile = compile;
        _compileChanges = compileChanges;
        _time = time;
        _logger = logger;
        _state = new ConfigState(ConfigHashes.Zeros, Loaded: false, time.GetUtcNow(), null);
    }

    /// <summary>Tells of every new state, after it began.</summary>
    public event Action<ConfigState>? Changed;

    /// <summary>The hash of the configuration in use; 32 zeros when it is empty.</summary>
    public string CurrentHash => State.Hash;

    /// <summary>Which configuration is in use.</summary>
    public ConfigState State => Volatile.Read(ref _state);

    /// <summary>Puts the stored configuration to use, or an empty one when there is none or it does not compile any more.</summary>
    /// <returns>Rejected with the reason when the stored one cannot be used.</returns>
    public ApplyOutcome LoadPersisted()
    {
        _oneAtATime.Wait();
        try
        {
            var outcome = _store.Current is { } stored ? Load(stored) : ApplyOutcome.Unchanged.Instance;
            if (outcome is not ApplyOutcome.Applied)
            {
                Use(_compile(ConfigEntities.Empty), ConfigHashes.Zeros, (outcome as ApplyOutcome.Rejected)?.Message);
            }

            return outcome;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Puts a configuration to use, when nothing is wrong with it; otherwise the present one stays, on disk too.</summary>
    /// <param name="message">The configuration.</param>
    /// <param name="cancellation">Gives up before anything is written.</param>
    /// <param name="evenIfKnown">Whether a configuration whose hash is that of the present one is put to use all the same.</param>
    public async ValueTask<ApplyOutcome> ApplyAsync(Reconfigure message, CancellationToken cancellation, bool evenIfKnown = false)
    {
        await _oneAtATime.WaitAsync(cancellation);
        try
        {
            // A write transaction stays on its thread, and the work is long: neither belongs on a thread that serves requests.
            return await ThreadFor(message.ConfigTable.Length <= PromptBytes).RunAsync(() => Apply(message, evenIfKnown, cancellation));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _prompt.Dispose();
        _patient.Dispose();
        _oneAtATime.Dispose();
    }

    // Nothing is served before the first one, so that it need not stand back.
    private WorkThread ThreadFor(bool isSmall) => isSmall || CurrentHash == ConfigHashes.Zeros ? _prompt : _patient;

    private ApplyOutcome Load(StoredConfig stored)
    {
        try
        {
            var entities = _store.Read(stored, static (reader, config) => ConfigBinding.Bind(reader, config.Hashes));
            var result = _compile(entities);
            if (result is CompileResult.Failed failed)
            {
                Log.StoredRejected(_logger, stored.Hash, failed.Message);
                return Rejection(failed);
            }

            _received = stored.Hashes.Config;
            _entities = SyncVersion.IsVersion(_received) ? EntityMaps.Of(entities) : null;
            Use(result, stored.Hash, null);
            Log.Loaded(_logger, stored.Rows, stored.Hash);
            return ApplyOutcome.Applied.Instance;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.StoredBroken(_logger, stored.Hash, e);
            return new ApplyOutcome.Rejected($"the stored configuration cannot be used: {e.Message}");
        }
    }

    private ApplyOutcome Apply(Reconfigure message, bool evenIfKnown, CancellationToken cancellation)
    {
        if (message.Hash == _received && !evenIfKnown)
        {
            return ApplyOutcome.Unchanged.Instance;
        }

        var clock = Stopwatch.StartNew();
        var outcome = Guarded(message.Hash, () => Replace(_reader.Read(message, cancellation), message.Hash));
        if (outcome is ApplyOutcome.Rejected rejected)
        {
            Log.Rejected(_logger, message.Hash, rejected.Entity ?? "the document", rejected.Field ?? "-", rejected.Message);
            Publish(State with { LastRejection = rejected.Message });
        }
        else
        {
            Log.Applied(_logger, _store.Current!.Rows, message.Hash, clock.ElapsedMilliseconds);
        }

        return outcome;
    }

    private ApplyOutcome Guarded(string hash, Func<ApplyOutcome> apply)
    {
        try
        {
            return apply();
        }
        catch (OperationCanceledException)
        {
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A full disk or a bug in a plugin's preparation: the plane goes on with what it has.
            Log.Broken(_logger, hash, e);
            return new ApplyOutcome.Rejected($"configuration reload failed: {e.GetBaseException().Message}");
        }
    }

    private ApplyOutcome Replace(ConfigReading reading, string hash)
    {
        if (reading.Rejection is not null)
        {
            return reading.Rejection;
        }

        CompileResult? result = null;
        if (!_store.Replace(reading.Config, reading.Rows, _ => (result = _compile(reading.Entities)) is CompileResult.Compiled))
        {
            return Rejection((CompileResult.Failed)result!);
        }

        _entities = SyncVersion.IsVersion(hash) ? EntityMaps.Of(reading.Entities) : null;
        Volatile.Write(ref _received, hash);
        Use(result!, reading.Config.Hash, null);
        return ApplyOutcome.Applied.Instance;
    }

    private void Use(CompileResult result, string hash, string? rejection)
    {
        if (result is CompileResult.Compiled compiled)
        {
            compiled.Use();
            Publish(new ConfigState(hash, Loaded: true, _time.GetUtcNow(), rejection));
        }
    }

    private void Publish(ConfigState state)
    {
        Volatile.Write(ref _state, state);
        Changed?.Invoke(state);
    }

    private static ApplyOutcome.Rejected Rejection(CompileResult.Failed failed) =>
        new(failed.Message, failed.Entity is null ? null : failed.Id is { } id ? $"{failed.Entity} {id}" : failed.Entity, failed.Field);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "found persisted configuration {Hash} with {Rows} rows, in use now")]
        public static partial void Loaded(ILogger logger, int rows, string hash);

        [LoggerMessage(LogLevel.Error, "the persisted configuration {Hash} does not compile and is not used: {Reason}")]
        public static partial void StoredRejected(ILogger logger, string hash, string reason);

        [LoggerMessage(LogLevel.Error, "the persisted configuration {Hash} cannot be read and is not used")]
        public static partial void StoredBroken(ILogger logger, string hash, Exception exception);

        [LoggerMessage(LogLevel.Information, "configuration {Hash} with {Rows} rows in use after {Milliseconds} ms")]
        public static partial void Applied(ILogger logger, int rows, string hash, long milliseconds);

        [LoggerMessage(LogLevel.Information, "{Count} changes up to version {Version} in use after {Milliseconds:0.0} ms")]
        public static partial void Changed(ILogger logger, int count, string version, double milliseconds);

        [LoggerMessage(LogLevel.Error, "bad configuration {Hash} received from control plane, the former one stays in use: {Entity}, field {Field}: {Reason}")]
        public static partial void Rejected(ILogger logger, string hash, string entity, string field, string reason);

        [LoggerMessage(LogLevel.Error, "configuration {Hash} could not be applied, the former one stays in use")]
        public static partial void Broken(ILogger logger, string hash, Exception exception);
    }
}
