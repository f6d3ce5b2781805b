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

        var session = new DatabaseSession(context, _tables, workspace, time, cancellation);
        foreach (var (schema, entities) in config.Collections.Where(c => c.Schema.Name is not "workspaces"))
        {
            var table = _tables[schema.Name];
            foreach (var batch in entities.Chunk(Batch))
            {
                if (await session.SaveAllAsync(table, [.. batch.Select(e => Kept(config, table, e))]) is { } error)
                {
                    return $"{schema.Name}: {error.Message}";
                }
            }
        }

        await transaction.CommitAsync(cancellation);
        await ChangeSignal.NotifyAsync(source, cancellation);
        return null;
    }

    /// <summary>Writes the configuration of the default workspace, as it is at one moment.</summary>
    /// <param name="output">Takes the YAML.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ExportAsync(TextWriter output, CancellationToken cancellation)
    {
        await using var context = Database.Context(source, _limit);
        await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await context.Database.ExecuteSqlRawAsync("SET TRANSACTION READ ONLY", cancellation);
        var workspace = await WorkspaceAsync(context, Seed.DefaultWorkspace, cancellation) ?? throw new NpgsqlException("there is no workspace 'default'; run 'kong migrations bootstrap'");
        await ConfigDump.WriteAsync(new DatabaseSession(context, _tables, workspace, time, cancellation), output);
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
