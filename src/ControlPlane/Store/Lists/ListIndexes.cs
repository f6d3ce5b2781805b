using Npgsql;

namespace Gateway.ControlPlane.Store.Lists;

/// <summary>Makes the indexes by which lists are searched and sorted, for every table that has list fields; those whose definition is another one by now are made anew.</summary>
/// <remarks>They are derived from the declarations, so a new kind needs no migration for its lists.</remarks>
internal static class ListIndexes
{
    private const string TextFunction = "gateway_join_texts";

    /// <summary>PostgreSQL's extension that indexes the groups of three letters of a text.</summary>
    public const string Extension = "pg_trgm";

    /// <summary>Makes what is missing; why searches have no index, or null when they have.</summary>
    public static async Task<string?> EnsureAsync(NpgsqlDataSource source, EntityTables tables, TimeSpan timeout, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        var reason = await ExtendAsync(connection, cancellation);
        var current = await CurrentAsync(connection, cancellation);
        foreach (var (name, definition) in tables.All.SelectMany(t => Of(t, reason is null)).Where(i => current.GetValueOrDefault(i.Name) != i.Definition))
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                Timeout = (int)timeout.TotalSeconds,
                BatchCommands =
                {
                    new($"DROP INDEX IF EXISTS \"{name}\""),
                    new($"CREATE INDEX \"{name}\" ON {definition}"),
                    new($"COMMENT ON INDEX \"{name}\" IS '{definition.Replace("'", "''", StringComparison.Ordinal)}'"),
                },
            };
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        return reason;
    }

    /// <summary>The index of a kind's searches.</summary>
    public static string SearchIndex(EntityTable table) => $"{table.Name}_search_idx";

    /// <summary>The text in which a search looks, as the index keeps it: joined by lines, with the fewest calls of a function for rows without lists.</summary>
    public static string IndexedText(EntityTable table, string alias) =>
        $"lower({string.Join(" || E'\\n' || ", table.Lists.Names.Select(c => Text(c, $"{alias}\"{c.Name}\"", TextFunction)))})";

    /// <summary>The same text for statements that use no index.</summary>
    public static string PlainText(EntityTable table, string alias) =>
        $"lower({string.Join(" || E'\\n' || ", table.Lists.Names.Select(c => Text(c, $"{alias}\"{c.Name}\"", "array_to_string")))})";

    private static string Text(EntityColumn column, string name, string join) =>
        column.Kind is ColumnKind.Text ? $"coalesce({name}, '')" : $"CASE WHEN {name} IS NULL THEN '' ELSE {join}({name}, E'\\n') END";

    private static IEnumerable<(string Name, string Definition)> Of(EntityTable table, bool searches)
    {
        if (searches && table.Lists.Names.Count > 0)
        {
            yield return (SearchIndex(table), $"\"{table.Name}\" USING gin ({IndexedText(table, "")} gin_trgm_ops)");
        }

        var workspace = table.Schema.Workspaceable ? $"\"{EntityTable.Workspace}\", " : "";
        foreach (var column in table.Lists.Ordered)
        {
            yield return ($"{table.Name}_{column.Name}_sort_idx", $"\"{table.Name}\" ({workspace}({ListFields.SortKey(column, $"\"{column.Name}\"")}), id)");
        }
    }

    private static async Task<string?> ExtendAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new($"CREATE EXTENSION IF NOT EXISTS {Extension}"),
                    // PostgreSQL does not know that joining texts is immutable.
                    new($"CREATE OR REPLACE FUNCTION {TextFunction}(texts text[], separator text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS "
                        + "$$ BEGIN RETURN array_to_string(texts, separator); END $$"),
                },
            };
            await batch.ExecuteNonQueryAsync(cancellation);
            return null;
        }
        catch (PostgresException e)
        {
            return e.MessageText;
        }
    }

    private static async Task<Dictionary<string, string>> CurrentAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        const string Sql = "SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid "
            + "WHERE i.indisvalid AND pg_table_is_visible(c.oid) AND c.relname LIKE '%\\_idx'";
        var current = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            current[reader.GetString(0)] = reader.GetString(1);
        }

        return current;
    }
}
