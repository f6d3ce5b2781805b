using System.Data;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Store.Behaviours;
using Gateway.Entities;
using Gateway.Entities.Declarative;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.ControlPlane.Declarative;

/// <summary>Takes whole configurations into a database and out of it, for the commands.</summary>
/// <param name="source">The database.</param>
/// <param name="entities">The entities that this node knows.</param>
/// <param name="time">The clock.</param>
public sealed class ConfigDatabase(NpgsqlDataSource source, EntityCatalog entities, TimeProvider time)
{
    private const string Workspaces = "workspaces";
    private const int Batch = 1000;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);
    private readonly EntityTables _tables = new(entities);

    /// <summary>Writes every entity of a configuration, in one transaction: what has its id is replaced, nothing is deleted.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="cancellation">Gives up, and takes back what was written.</param>
    /// <returns>What the database refused, or null.</returns>
    public async Task<string?> ImportAsync(DeclarativeConfig config, CancellationToken cancellation)
    {
        await using var context = Database.Context(source, _limit);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var name = config.WorkspaceName ?? Seed.DefaultWorkspace;
        if (await WorkspaceAsync(context, name, cancellation) is not { } workspace)
        {
            return $"Workspace '{name}' not found";
        }

        DatabaseSession Session(Guid id) => new(context, _tables, id, time, cancellation);
        var (workspaces, refused) = await WorkspacesAsync(Session(workspace), config, cancellation);
        if (refused is not null)
        {
            return refused;
        }

        foreach (var (schema, entities) in config.Collections.Where(c => c.Schema.Name is not Workspaces))
        {
            var table = _tables[schema.Name];
            foreach (var group in entities.GroupBy(e => e.Workspace))
            {
                var id = group.Key is null ? workspace : workspaces.GetValueOrDefault(group.Key);
                if (id == Guid.Empty)
                {
                    return $"{schema.Name}: the workspace '{group.Key}' is neither in the file nor in the database";
                }

                foreach (var batch in group.Chunk(Batch))
                {
                    if (await Session(id).SaveAllAsync(table, [.. batch.Select(e => Kept(config, table, e))]) is { } error)
                    {
                        return $"{schema.Name}: {error.Message}";
                    }
                }
            }
        }

        await transaction.CommitAsync(cancellation);
        await ChangeSignal.NotifyAsync(source, cancellation);
        return null;
    }

    /// <summary>Writes the configuration of all workspaces, as it is at one moment.</summary>
    /// <param name="output">Takes the YAML.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ExportAsync(TextWriter output, CancellationToken cancellation)
    {
        await using var context = Database.Context(source, _limit);
        await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await context.Database.ExecuteSqlRawAsync("SET TRANSACTION READ ONLY", cancellation);
        var workspace = await WorkspaceAsync(context, Seed.DefaultWorkspace, cancellation) ?? throw new NpgsqlException("there is no workspace 'default'; run 'kong migrations bootstrap'");
        var others = await context.Rows(_tables[Workspaces]).Select(w => EF.Property<Guid>(w, "id")).Where(id => id != workspace).OrderBy(id => id).ToListAsync(cancellation);
        await ConfigDump.WriteAsync(
            [(Session(workspace), null), .. others.Select(id => ((StoreSession)Session(id), (Guid?)id))], output);

        DatabaseSession Session(Guid id) => new(context, _tables, id, time, cancellation);
    }

    /// <summary>The workspaces by the ids that a file has for them: those of the database, and those that the file brings, which are known by their names.</summary>
    private async Task<(Dictionary<string, Guid> ById, string? Refused)> WorkspacesAsync(DatabaseSession session, DeclarativeConfig config, CancellationToken cancellation)
    {
        var table = _tables[Workspaces];
        var rows = await session.Rows(table).Select(w => new { Id = EF.Property<Guid>(w, "id"), Name = EF.Property<string>(w, "name") }).ToListAsync(cancellation);
        var (byId, byName) = (rows.ToDictionary(r => r.Id.ToString(), r => r.Id), rows.ToDictionary(r => r.Name, r => r.Id));
        var fresh = new List<(JsonObject, DateTime?)>();
        foreach (var entity in config.Collections.Where(c => c.Schema.Name is Workspaces).SelectMany(c => c.Entities))
        {
            if (byName.TryGetValue((string)entity.Row["name"]!, out var there))
            {
                byId[entity.Id.ToString()] = there;
                continue;
            }

            byId[entity.Id.ToString()] = entity.Id;
            fresh.Add(Kept(config, table, entity));
        }

        return (byId, fresh.Count > 0 && await session.SaveAllAsync(table, fresh) is { } error ? $"{Workspaces}: {error.Message}" : null);
    }

    private (JsonObject Entity, DateTime? Expiry) Kept(DeclarativeConfig config, EntityTable table, DeclaredEntity entity)
    {
        var row = config.Kept(table.Schema, entity);
        EntityBehaviour.Of(table).Complete(row);
        return (row, entity.Ttl is { } ttl ? time.GetUtcNow().UtcDateTime.AddSeconds(ttl) : null);
    }

    private static Task<Guid?> WorkspaceAsync(GatewayDbContext context, string name, CancellationToken cancellation) =>
        context.Rows(GatewayDbContext.Tables["workspaces"]).Where(w => EF.Property<string>(w, "name") == name)
            .Select(w => (Guid?)EF.Property<Guid>(w, "id")).FirstOrDefaultAsync(cancellation);
}
