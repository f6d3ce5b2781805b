using System.Diagnostics;
using Gateway.DataPlane.Sync;
using Gateway.Sync;
using Gateway.Sync.Rpc;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Config;

/// <content>Takes changes from the wire into use.</content>
public sealed partial class ConfigApplier
{
    // By id, for the next changes; null after a configuration that did not come as changes.
    private EntityMaps? _entities;

    /// <summary>The version of the configuration in use; 32 zeros when it did not come change by change.</summary>
    public string Version => Volatile.Read(ref _received) is { } received && SyncVersion.IsVersion(received) ? received : ConfigHashes.Zeros;

    /// <summary>Puts changes to use, when nothing is wrong with them; otherwise the present configuration stays whole, on disk too.</summary>
    /// <param name="deltas">The changes, or a whole configuration.</param>
    /// <param name="cancellation">Gives up before anything is written.</param>
    public async ValueTask<ApplyOutcome> ApplyAsync(SyncDeltas deltas, CancellationToken cancellation)
    {
        await _oneAtATime.WaitAsync(cancellation);
        try
        {
            return await ThreadFor(deltas.Deltas.Count <= PromptEntities).RunAsync(() => Apply(deltas, cancellation));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private ApplyOutcome Apply(SyncDeltas deltas, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var outcome = Guarded(deltas.Version, () => deltas.IsFull ? TryReplace(deltas, cancellation) : TryUpdate(deltas));
        if (outcome is ApplyOutcome.Rejected rejected)
        {
            Log.Rejected(_logger, deltas.Version, rejected.Entity ?? "the changes", rejected.Field ?? "-", rejected.Message);
            Publish(State with { LastRejection = rejected.Message });
        }
        else if (deltas.IsFull)
        {
            Log.Applied(_logger, _store.Current!.Rows, deltas.Version, clock.ElapsedMilliseconds);
        }
        else
        {
            Log.Changed(_logger, deltas.Deltas.Count, deltas.Version, clock.Elapsed.TotalMilliseconds);
        }

        return outcome;
    }

    private ApplyOutcome TryReplace(SyncDeltas deltas, CancellationToken cancellation) =>
        !SyncVersion.IsVersion(deltas.Version) ? new ApplyOutcome.Rejected("the changes have no version")
        : Replace(_deltas.ReadFull(deltas, _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d, cancellation), deltas.Version);

    private ApplyOutcome TryUpdate(SyncDeltas deltas)
    {
        if (!SyncVersion.IsVersion(deltas.Version))
        {
            return new ApplyOutcome.Rejected("the changes have no version");
        }

        if (_store.Current is not { } stored || _entities is null || Version == ConfigHashes.Zeros)
        {
            return new ApplyOutcome.Rejected("changes came where there is nothing that they could change");
        }

        var reading = _deltas.Read(deltas, stored.DefaultWorkspace, _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d);
        if (reading.Rejection is not null)
        {
            return reading.Rejection;
        }

        var config = Resulting(stored, reading.Changes, deltas.Version);
        var entities = _entities!;
        var changed = Compiled(reading, entities);
        var after = changed.Count is 0 ? entities : entities.With(changed);
        CompileResult? result = null;
        if (!_store.Update(config, reading.Changes, reader =>
        {
            // What is only looked up, such as consumers and their credentials, is in no plan.
            result = changed.Count is 0 ? new CompileResult.Compiled(static () => { }) : _compileChanges(new EntityChanges(config.Hashes, changed, after, reader.Foreign));
            return result is CompileResult.Compiled;
        }))
        {
            return Rejection((CompileResult.Failed)result!);
        }

        _entities = after;
        Volatile.Write(ref _received, deltas.Version);
        Use(result!, config.Hash, null);
        return ApplyOutcome.Applied.Instance;
    }

    private static List<EntityChange> Compiled(DeltaReading reading, EntityMaps entities)
    {
        var changes = new List<EntityChange>();
        foreach (var (schema, id) in reading.Changes.Gone.Where(g => entities.Has(g.Schema.Name)))
        {
            Add(schema.Name, id, null);
        }

        foreach (var row in reading.Read.Where(r => entities.Has(r.Entity)))
        {
            Add(row.Entity, row.Stored!.Id, ConfigBinding.Takes(row.Typed!) ? row.Typed : null);
        }

        return changes;

        void Add(string kind, Guid id, object? after)
        {
            var before = entities.Find(kind, id);
            if (before is not null || after is not null)
            {
                changes.Add(new EntityChange(kind, id, before, after));
            }
        }
    }

    private StoredConfig Resulting(StoredConfig stored, RowChanges changes, string version) => _store.Read((stored, changes, version), static (reader, state) =>
    {
        var came = state.changes.Rows.Where(r => !reader.Has(r.Entity, r.Id)).ToArray();
        var went = state.changes.Gone.Where(g => reader.Has(g.Schema.Name, g.Id)).ToArray();
        var rows = (int)reader.Count + came.Length - went.Length;
        // As with a whole document: nothing but workspaces counts as empty.
        var others = rows - reader.CountOf("workspaces") - came.Count(r => r.Entity is "workspaces") + went.Count(g => g.Schema.Name is "workspaces");
        return state.stored with
        {
            Hash = others is 0 ? ConfigHashes.Zeros : state.version,
            Hashes = ConfigHashes.Empty with { Config = state.version },
            Rows = rows,
        };
    });
}
