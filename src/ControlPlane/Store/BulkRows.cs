using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.ControlPlane.Store;

/// <summary>Writes many rows with one statement: they travel as one JSON text, which PostgreSQL takes apart by the table's own types.</summary>
internal static class BulkRows
{
    /// <summary>Makes or replaces rows; it writes fewer than were given when some belong to another workspace.</summary>
    public static NpgsqlBatchCommand Write(EntityTable table, IReadOnlyList<Dictionary<string, object?>> rows)
    {
        var columns = table.Columns.Select(c => (c.Name, c.Field)).ToList();
        if (table.Schema.Workspaceable)
        {
            columns.Add((EntityTable.Workspace, EntityTable.Workspace));
        }

        if (table.Schema.Ttl)
        {
            columns.Add((EntityTable.Expiry, EntityTable.Expiry));
        }

        var names = string.Join(", ", columns.Select(c => $"\"{c.Name}\""));
        var same = table.Schema.Workspaceable ? $" WHERE t.{EntityTable.Workspace} = EXCLUDED.{EntityTable.Workspace}" : string.Empty;
        var sql = $"""
            INSERT INTO "{table.Name}" AS t ({names}) SELECT {names} FROM json_populate_recordset(NULL::"{table.Name}", $1)
            ON CONFLICT (id) DO UPDATE SET {string.Join(", ", columns.Where(c => c.Field is not "id").Select(c => $"\"{c.Name}\" = EXCLUDED.\"{c.Name}\""))}{same}
            """;
        var list = new JsonArray([.. rows.Select(r => (JsonNode?)new JsonObject(columns.Select(c => KeyValuePair.Create(c.Name, Value(table, c.Field, r[c.Field])))))]);
        return new NpgsqlBatchCommand(sql) { Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Json, Value = list.ToJsonString(Wire.Options) } } };
    }

    /// <summary>What PostgreSQL refused, in Kong's words where there are any.</summary>
    public static StoreError Refusal(PostgresException said, EntityTable table)
    {
        // "Key (ws_id, name)=(0dc6f45b-..., x) already exists."
        if (said.SqlState is PostgresErrorCodes.UniqueViolation && table.UniqueKeys.FirstOrDefault(k => k.Index == said.ConstraintName) is { } key
            && said.Detail?.Split(")=(", 2) is [_, var rest] && rest.LastIndexOf(')') is > 0 and var end)
        {
            var values = rest[..end];
            values = key.Scoped && values.IndexOf(", ", StringComparison.Ordinal) is > 0 and var comma ? values[(comma + 2)..] : values;
            return key.Fields is [var only]
                ? StoreError.NotUnique([only], new JsonObject { [only] = values })
                : StoreError.Refused($"UNIQUE violation detected on '({string.Join(", ", key.Fields)})=({values})'");
        }

        return StoreError.Refused(said.MessageText);
    }

    private static JsonNode? Value(EntityTable table, string field, object? value) => value switch
    {
        null => null,
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        string json when table.Columns.FirstOrDefault(c => c.Field == field)?.Kind is ColumnKind.Json => JsonNode.Parse(json),
        _ => JsonSerializer.SerializeToNode(value, value.GetType(), Wire.Options),
    };
}
