using System.Buffers;
using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;
using Gateway.Sync;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Writes the whole configuration as the declarative document that data planes take: one moment of the database, disabled entities left out.</summary>
internal sealed class ConfigExport(NpgsqlDataSource source, EntityTables tables, TimeProvider time)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    public async Task<ConfigDocument> ReadAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var context = Database.Context(source, _limit);
        await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await context.Database.ExecuteSqlRawAsync("SET TRANSACTION READ ONLY", cancellation);
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        await using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Wire.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("_format_version", "3.0");
            json.WriteBoolean("_transform", false);
            var left = new LeftOut();
            foreach (var table in tables.All.Where(t => t.Schema.Exported))
            {
                await WriteAsync(context, table, json, left, now, cancellation);
            }

            json.WriteEndObject();
        }

        return ConfigDocument.Create(buffer.WrittenMemory, now);
    }

    private static async Task WriteAsync(
        GatewayDbContext context, EntityTable table, Utf8JsonWriter json, LeftOut left, DateTimeOffset now, CancellationToken cancellation)
    {
        var isOpen = false;
        var rows = context.Rows(table).AsNoTracking().OrderBy(r => EF.Property<Guid>(r, "id")).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (left.Takes(table, row, now))
            {
                continue;
            }

            if (!isOpen)
            {
                json.WriteStartArray(table.Name);
                isOpen = true;
            }

            var entity = Flat(table, RowPresenter.Present(table.Schema, table.ToEntity(row, null)));
            if (row.GetValueOrDefault(EntityTable.Workspace) is Guid workspace)
            {
                entity[EntityTable.Workspace] = workspace.ToString();
            }

            entity.WriteTo(json);
        }

        if (isOpen)
        {
            json.WriteEndArray();
        }
    }

    /// <summary>The entity with references as plain ids.</summary>
    private static JsonObject Flat(EntityTable table, JsonObject entity)
    {
        foreach (var foreign in table.ForeignKeys)
        {
            var field = foreign.Column.Field;
            entity[field] = entity[field]?["id"]?.DeepClone();
        }

        return entity;
    }

    /// <summary>What is disabled or expired, and everything that refers to it.</summary>
    private sealed class LeftOut
    {
        private readonly HashSet<(string Kind, Guid Id)> _ids = [];

        public bool Takes(EntityTable table, Dictionary<string, object?> row, DateTimeOffset now)
        {
            var isLeft = row.GetValueOrDefault("enabled") is false
                || (row.GetValueOrDefault(EntityTable.Expiry) is DateTime expiry && expiry <= now.UtcDateTime)
                || table.ForeignKeys.Any(k => row.GetValueOrDefault(k.Column.Field) is Guid id && _ids.Contains((k.Reference, id)));
            if (isLeft)
            {
                _ids.Add((table.Name, (Guid)row["id"]!));
            }

            return isLeft;
        }
    }
}
