using System.Collections.Concurrent;
using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.ControlPlane.Store;

/// <summary>The statements that read and write one row of a table at a time; their texts never vary, so that the database plans each once.</summary>
internal sealed class RowSql
{
    private readonly EntityTable _table;
    private readonly IReadOnlyList<Column> _columns;
    private readonly string _names;
    private readonly string _insert;
    private readonly string _update;
    private readonly ConcurrentDictionary<(string Field, string? Parent, bool Locked), string> _selects = new();

    public RowSql(EntityTable table)
    {
        _table = table;
        _columns =
        [
            .. table.Columns.Select(c => new Column(c.Name, c.Field, c.Kind)),
            .. table.Schema.Workspaceable ? [new Column(EntityTable.Workspace, EntityTable.Workspace, ColumnKind.Uuid)] : Array.Empty<Column>(),
            .. table.Schema.Ttl ? [new Column(EntityTable.Expiry, EntityTable.Expiry, ColumnKind.Timestamp)] : Array.Empty<Column>(),
        ];
        _names = Names();
        _insert = $"INSERT INTO \"{table.Name}\" ({_names}) VALUES ({string.Join(", ", _columns.Select((_, i) => $"${i + 1}"))}) RETURNING {_names}";
        var changed = _columns.Select((c, i) => (c.Name, c.Field, Place: i + 1)).Where(c => c.Field is not ("id" or EntityTable.Workspace)).Select(c => $"\"{c.Name}\" = ${c.Place}");
        var kept = table.Schema.Workspaceable ? $" AND {EntityTable.Workspace} = {Place(EntityTable.Workspace)}" : string.Empty;
        _update = $"UPDATE \"{table.Name}\" SET {string.Join(", ", changed)} WHERE id = {Place("id")}{kept} RETURNING {_names}";
    }

    /// <summary>The columns that <see cref="Read"/> expects, in their order, of a table or what it is called in a statement.</summary>
    public string Names(string prefix = "") => string.Join(", ", _columns.Select(c => $"{prefix}\"{c.Name}\""));

    /// <summary>Makes a row, and returns it as it is kept.</summary>
    public NpgsqlBatchCommand Insert(IReadOnlyDictionary<string, object?> row) => Write(_insert, row);

    /// <summary>Replaces a row by its id, and returns it as it is kept.</summary>
    public NpgsqlBatchCommand Update(IReadOnlyDictionary<string, object?> row) => Write(_update, row);

    /// <summary>Reads the row that a key names and that has not expired, below a parent when one is given.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parent">The parent, or null.</param>
    /// <param name="workspace">The workspace that the row belongs to, if its kind belongs to any.</param>
    /// <param name="now">The time.</param>
    /// <param name="locked">Whether other writers are waited for and held off.</param>
    public NpgsqlCommand Select(EntityKey key, Parent? parent, Guid workspace, DateTime now, bool locked)
    {
        var command = new NpgsqlCommand(_selects.GetOrAdd((key.Field, parent?.Field, locked), Select));
        command.Parameters.Add(key.IsId ? Of(ColumnKind.Uuid, key.Id) : Of(ColumnKind.Text, key.Value));
        if (_table.Schema.Workspaceable)
        {
            command.Parameters.Add(Of(ColumnKind.Uuid, workspace));
        }

        if (parent is not null)
        {
            command.Parameters.Add(Of(ColumnKind.Uuid, parent.Id));
        }

        if (_table.Schema.Ttl)
        {
            command.Parameters.Add(Of(ColumnKind.Timestamp, now));
        }

        return command;
    }

    /// <summary>The row that a reader stands on.</summary>
    public Dictionary<string, object?> Read(DbDataReader reader)
    {
        var row = new Dictionary<string, object?>(_columns.Count, StringComparer.Ordinal);
        for (var i = 0; i < _columns.Count; i++)
        {
            row.Add(_columns[i].Field, reader.IsDBNull(i) ? null : Value(reader, i, _columns[i].Kind));
        }

        return row;
    }

    private string Select((string Field, string? Parent, bool Locked) by)
    {
        var place = 1;
        List<string> conditions = [$"{NameOf(by.Field)} = ${place++}"];
        if (_table.Schema.Workspaceable)
        {
            conditions.Add($"{EntityTable.Workspace} = ${place++}");
        }

        if (by.Parent is not null)
        {
            conditions.Add($"{NameOf(by.Parent)} = ${place++}");
        }

        if (_table.Schema.Ttl)
        {
            conditions.Add($"({EntityTable.Expiry} IS NULL OR {EntityTable.Expiry} > ${place})");
        }

        // Where a unique index finds the row, no order may tempt the planner to walk along another one.
        var first = by.Field is "id" || _table.Schema.Field(by.Field)?.Unique is true ? string.Empty : " ORDER BY id LIMIT 1";
        return $"SELECT {_names} FROM \"{_table.Name}\" WHERE {string.Join(" AND ", conditions)}{first}{(by.Locked ? " FOR UPDATE" : string.Empty)}";
    }

    private NpgsqlBatchCommand Write(string sql, IReadOnlyDictionary<string, object?> row)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var (_, field, kind) in _columns)
        {
            command.Parameters.Add(Of(kind, row[field]));
        }

        return command;
    }

    private string NameOf(string field) => $"\"{_columns.First(c => c.Field == field).Name}\"";

    private string Place(string field) => $"${_columns.TakeWhile(c => c.Field != field).Count() + 1}";

    private static NpgsqlParameter Of(ColumnKind kind, object? value) => new() { NpgsqlDbType = TypeOf(kind), Value = value ?? DBNull.Value };

    private static NpgsqlDbType TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Uuid => NpgsqlDbType.Uuid,
        ColumnKind.Text => NpgsqlDbType.Text,
        ColumnKind.Integer => NpgsqlDbType.Bigint,
        ColumnKind.Number => NpgsqlDbType.Double,
        ColumnKind.Boolean => NpgsqlDbType.Boolean,
        ColumnKind.Timestamp => NpgsqlDbType.TimestampTz,
        ColumnKind.Texts => NpgsqlDbType.Array | NpgsqlDbType.Text,
        ColumnKind.Integers => NpgsqlDbType.Array | NpgsqlDbType.Bigint,
        ColumnKind.Uuids => NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        _ => NpgsqlDbType.Jsonb,
    };

    private static object Value(DbDataReader reader, int column, ColumnKind kind) => kind switch
    {
        ColumnKind.Uuid => reader.GetGuid(column),
        ColumnKind.Integer => reader.GetInt64(column),
        ColumnKind.Number => reader.GetDouble(column),
        ColumnKind.Boolean => reader.GetBoolean(column),
        ColumnKind.Timestamp => reader.GetDateTime(column),
        ColumnKind.Texts => reader.GetFieldValue<string[]>(column),
        ColumnKind.Integers => reader.GetFieldValue<long[]>(column),
        ColumnKind.Uuids => reader.GetFieldValue<Guid[]>(column),
        _ => reader.GetString(column),
    };

    private readonly record struct Column(string Name, string Field, ColumnKind Kind);
}
