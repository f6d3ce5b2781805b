using System.Diagnostics;
using Npgsql;

namespace Gateway.ControlPlane.Store.Lists;

/// <summary>Reads lists of all kinds from the database.</summary>
/// <remarks>
/// A page never reads a whole table. Rows that are asked for are first looked for among the next rows of the list, where common ones are found at once; when they are rare,
/// an index finds them. What no index knows, such as a search for two letters, is looked for a stretch at a time: a page may then hold few rows, or none, and still have a next one.
/// </remarks>
internal sealed class ListReader(
    NpgsqlConnection connection, NpgsqlTransaction? transaction, EntityTables tables, Guid workspace, TimeProvider time, CancellationToken cancellation)
{
    // Among a million rows, a page of those of which there are fewer than 10 in 1000 comes sooner from an index than from the rows one after the other.
    private const int Probe = 1000;
    private const int Rare = 10;
    private const int Stretch = 5000;
    private const int MostCounted = 100_000;
    private const int MostFound = 5000;

    public async Task<RowPage> PageAsync(EntityTable table, PageRequest request, ListOrder order, ListPosition? after)
    {
        var (rows, stopped) = await RowsAsync(table, Sql(table, request, order), after, request.Size + 1);
        return new RowPage([.. rows.Take(request.Size)], rows.Count > request.Size ? rows[request.Size - 1] : stopped, request.Total ? await CountAsync(table, request, order) : null);
    }

    /// <summary>As many rows as are wanted, or fewer and the row at which looking for more stopped, or fewer because there are no more.</summary>
    private async Task<(List<Dictionary<string, object?>> Rows, Dictionary<string, object?>? Stopped)> RowsAsync(
        EntityTable table, ListSql sql, ListPosition? after, int wanted)
    {
        List<Dictionary<string, object?>> rows = [];
        foreach (var part in sql.Parts(after))
        {
            var missing = wanted - rows.Count;
            if (missing is 0)
            {
                break;
            }

            if (!sql.IsNarrowed)
            {
                rows.AddRange(await QueryAsync(table, sql.Rows(part, missing), sql));
                continue;
            }

            var (near, end) = sql.IsOne ? (await QueryAsync(table, sql.Found(part, missing), sql), null) : await WalkAsync(table, sql, part, missing);
            if (end is not null)
            {
                return ([.. rows, .. near], end);
            }

            rows.AddRange(near);
        }

        return (rows, null);
    }

    /// <summary>Looks among the next rows, and lets an index find those that are rare there; without one it stops at a row when it has looked through enough.</summary>
    private async Task<(List<Dictionary<string, object?>> Rows, Dictionary<string, object?>? Stopped)> WalkAsync(
        EntityTable table, ListSql sql, string part, int wanted)
    {
        var isIndexed = (bool?)null;
        foreach (var length in (int[])[Probe, Stretch])
        {
            var rows = await QueryAsync(table, sql.Walk(part, length, wanted), sql);
            if (rows.Count >= wanted || await QueryAsync(table, sql.Rows(part, 1, length - 1), sql) is not [var end])
            {
                return (rows, null);
            }

            isIndexed ??= await IsIndexedAsync(table, sql);
            if (isIndexed is true && (length is Stretch || rows.Count < Rare))
            {
                return (await QueryAsync(table, sql.Found(part, wanted), sql), null);
            }

            if (length is Stretch)
            {
                return (rows, end);
            }
        }

        throw new UnreachableException();
    }

    private async Task<RowCount> CountAsync(EntityTable table, PageRequest request, ListOrder order)
    {
        var sql = Sql(table, request, order);
        var isLong = sql.IsNarrowed && await QueryAsync(table, sql.Rows("true", 1, Stretch), sql) is [_];
        if (sql.IsNarrowed && !(isLong && await IsIndexedAsync(table, sql)))
        {
            return new RowCount(await ScalarAsync(sql.CountWalked(Stretch), sql.Values), isLong);
        }

        var limit = sql.IsNarrowed ? MostFound : MostCounted;
        var rows = await ScalarAsync(sql.Count(limit + 1), sql.Values);
        return new RowCount(Math.Min(rows, limit), rows > limit);
    }

    /// <summary>Whether the database has an index.</summary>
    public async Task<bool> HasIndexAsync(string name) => await ScalarAsync("SELECT count(to_regclass($1))", [name]) > 0;

    private async Task<bool> IsIndexedAsync(EntityTable table, ListSql sql) =>
        sql.HasIndex || (sql.NeedsSearchIndex && await HasIndexAsync(ListIndexes.SearchIndex(table)));

    private ListSql Sql(EntityTable table, PageRequest request, ListOrder order) => new(tables, table, request, order, workspace, time.GetUtcNow().UtcDateTime);

    // Not prepared: the best way to the rows is another one for a rare word than for a common one.
    private async Task<List<Dictionary<string, object?>>> QueryAsync(EntityTable table, string statement, ListSql list)
    {
        await using var command = Command(statement, list.Values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<Dictionary<string, object?>> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(table.Sql.Read(reader));
        }

        return rows;
    }

    private async Task<long> ScalarAsync(string statement, IReadOnlyList<object> values)
    {
        await using var command = Command(statement, values);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private NpgsqlCommand Command(string statement, IReadOnlyList<object> values)
    {
        var command = new NpgsqlCommand(statement, connection, transaction);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }
}
