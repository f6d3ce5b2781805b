using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Store.Memory;
using Gateway.Entities.Declarative;
using Gateway.Schema;
using Gateway.Sync;

namespace Gateway.ControlPlane.Declarative;

/// <summary>The data plane in the process of a node without a database, as its Admin API sees it.</summary>
/// <param name="ApplyAsync">Puts a configuration to use; says what is wrong with it, or null.</param>
/// <param name="Hash">The hash of the configuration in use.</param>
/// <param name="Rows">The rows that it keeps on disk.</param>
public sealed record DeclarativeDataPlane(Func<Reconfigure, CancellationToken, Task<string?>> ApplyAsync, Func<string> Hash, Func<IEnumerable<KeptRow>> Rows);

/// <summary>A row that a data plane keeps.</summary>
/// <param name="Kind">The collection.</param>
/// <param name="Json">The complete row: UTF-8 JSON.</param>
/// <param name="Expires">When it expires, in Unix seconds; 0 for never.</param>
public sealed record KeptRow(string Kind, byte[] Json, long Expires);

/// <summary>The configuration of a node without a database: read from a document, handed to the data plane, and shown by the Admin API.</summary>
public sealed class DeclarativeNode : IDisposable
{
    private readonly EntityTables _tables;
    private readonly MemoryStore _store;
    private readonly TimeProvider _time;
    private readonly DeclarativeReader _reader;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    internal DeclarativeNode(EntityTables tables, MemoryStore store, TimeProvider time, DeclarativeDataPlane dataPlane)
    {
        _tables = tables;
        _store = store;
        _time = time;
        _reader = new DeclarativeReader(tables.Catalog, time);
        DataPlane = dataPlane;
    }

    /// <summary>The data plane.</summary>
    public DeclarativeDataPlane DataPlane { get; }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Shows what the data plane kept from before a restart.</summary>
    public void Restore() => _store.Use(_store.Prepare(DataPlane.Rows().Where(r => _tables.Catalog.Find(r.Kind) is { Stored: true }).Select(r => new MemoryRow(r.Kind, (JsonObject)JsonNode.Parse(r.Json)!)
    {
        Expiry = r.Expires > 0 ? DateTimeOffset.FromUnixTimeSeconds(r.Expires).UtcDateTime : null,
    })));

    /// <summary>Puts a text to use as the configuration, or, when anything is wrong with it, changes nothing.</summary>
    /// <param name="text">The text, in JSON or YAML.</param>
    /// <param name="fileName">The name of the file that it comes from, or null.</param>
    /// <param name="cancellation">Gives up before anything is changed.</param>
    public async Task<DeclarativeResult> LoadAsync(string text, string? fileName, CancellationToken cancellation) =>
        DeclarativeText.Read(text, out var error, fileName) is { } document
            ? await LoadAsync(document, DeclarativeText.Hash(System.Text.Encoding.UTF8.GetBytes(text)), cancellation)
            : new DeclarativeResult(null, DeclarativeErrors.NotReadable(error!));

    /// <summary>Puts a document to use as the configuration, or, when anything is wrong with it, changes nothing.</summary>
    /// <param name="document">The document.</param>
    /// <param name="hash">The hash by which it is known again.</param>
    /// <param name="cancellation">Gives up before anything is changed.</param>
    public async Task<DeclarativeResult> LoadAsync(JsonObject document, string hash, CancellationToken cancellation)
    {
        var result = _reader.Read(document);
        if (result.Config is not { } config)
        {
            return result;
        }

        await _oneAtATime.WaitAsync(cancellation);
        try
        {
            var rows = _store.Prepare(RowsOf(config));
            var message = Message(config.ToTable(_time), hash);
            if (await DataPlane.ApplyAsync(message, cancellation) is { } reason)
            {
                return new DeclarativeResult(null, DeclarativeErrors.NotReadable(reason));
            }

            _store.Use(rows);
            return result;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private IEnumerable<MemoryRow> RowsOf(DeclarativeConfig config)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return config.Collections.SelectMany(c => c.Entities.Select(e => new MemoryRow(c.Schema.Name, config.Kept(c.Schema, e))
        {
            Workspace = Guid.TryParse(e.Workspace, out var workspace) ? workspace : null,
            Expiry = e.Ttl is { } ttl ? now.AddSeconds(ttl) : null,
        }));
    }

    private Reconfigure Message(byte[] table, string hash)
    {
        using var document = JsonDocument.Parse(table);
        return new Reconfigure(hash, ConfigHash.Compute(document.RootElement) with { Config = hash }, _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d, table);
    }
}
