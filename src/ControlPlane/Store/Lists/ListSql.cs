using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.ControlPlane.Store.Lists;

/// <summary>The SQL of one list: which rows belong to it, which of them are asked for, and in which order.</summary>
internal sealed partial class ListSql
{
    // The shortest text of which PostgreSQL's trigrams know anything.
    private const int IndexedLength = 3;

    private readonly EntityTable _table;
    private readonly EntityTables _tables;
    private readonly ListOrder _order;
    private readonly List<object> _values = [];
    private readonly List<string> _scope = [];
    private readonly List<string> _asked = [];
    private readonly string? _search;
    private readonly string? _indexedSearch;

    public ListSql(EntityTables tables, EntityTable table, PageRequest request, ListOrder order, Guid workspace, DateTime now)
    {
        (_table, _tables, _order) = (table, tables, order);
        Scope(request, workspace, now);
        foreach (var filter in request.Where)
        {
            _asked.Add(Of(filter, workspace));
        }

        if (request.Tags is { } tags && table.HasTags)
        {
            _asked.Add($"t.\"tags\" {(tags.All ? "@>" : "&&")} {Value(tags.Tags.ToArray())}");
        }

        IsOne = request.Where.Any(f => f.Value is not null && f.Column.Schema.Unique is true);
        HasIndex = IsOne || request.Tags is not null || request.Where.Any(f => f.Value is not null && f.Column.Schema.Reference is not null);
        if (request.Search is { } term)
        {
            (_search, _indexedSearch) = Search(term);
            NeedsSearchIndex = !HasIndex && _indexedSearch is not null;
        }
    }

    /// <summary>Whether anything is asked of the rows of the list.</summary>
    public bool IsNarrowed => _asked.Count > 0 || _search is not null;

    /// <summary>Whether a unique field says which row is asked for.</summary>
    public bool IsOne { get; }

    /// <summary>Whether an index finds the rows that are asked for, whatever the search is.</summary>
    public bool HasIndex { get; }

    /// <summary>Whether they are found by the index of searches, if the database has it.</summary>
    public bool NeedsSearchIndex { get; }

    /// <summary>The values of the statements' parameters.</summary>
    public IReadOnlyList<object> Values => _values;

    private string Key => _order.Column is { } column ? ListFields.SortKey(column, $"t.\"{column.Name}\"") : "t.id";

    private string Row => _table.Sql.Names("t.");

    private string Ordered => Sorted(Key, "t.id");

    /// <summary>The parts of the list's order, each with the condition of its rows after a position: those with a value, then those without.</summary>
    public IReadOnlyList<string> Parts(ListPosition? after)
    {
        var sign = _order.Descending ? "<" : ">";
        if (_order.Column is not { } column)
        {
            return [after is null ? "true" : $"t.id {sign} {Value(after.Id)}"];
        }

        var (all, rest) = ($"({Key}) IS NOT NULL", $"({Key}) IS NULL");
        if (after is { Value: null })
        {
            return [$"{rest} AND t.id {sign} {Value(after.Id)}"];
        }

        if (after is not null && _order.TryValue(after.Value, out var value))
        {
            all += $" AND ({Key}, t.id) {sign} ({ListFields.SortKeyOf(column, Value(value!))}, {Value(after.Id)})";
        }

        // A list that must be there may be empty.
        return column.Required && column.Kind is not ColumnKind.Texts ? [all] : [all, rest];
    }

    /// <summary>The rows of a part, when nothing is asked of them.</summary>
    public string Rows(string part, int count, int skip = 0) => $"SELECT {Row} FROM {From} WHERE {Where(part)} ORDER BY {Ordered} LIMIT {count} OFFSET {skip}";

    /// <summary>The rows among the first of a part that are as asked; ends early when there are enough.</summary>
    public string Walk(string part, int length, int count) =>
        $"SELECT {Row} FROM (SELECT t.*, {Key} AS list_key FROM {From} WHERE {Where(part)} ORDER BY {Ordered} LIMIT {length}) t WHERE {Asked(_search)} ORDER BY {Sorted("t.list_key", "t.id")} LIMIT {count}";

    /// <summary>The rows of a part that an index finds.</summary>
    public string Found(string part, int count) =>
        $"WITH t AS MATERIALIZED (SELECT t.* FROM {From} WHERE {Where(Asked(_indexedSearch ?? _search))}) SELECT {Row} FROM t WHERE {part} ORDER BY {Ordered} LIMIT {count}";

    /// <summary>How many rows there are, counted up to a limit.</summary>
    public string Count(int limit) =>
        $"SELECT count(*) FROM (SELECT 1 FROM {From} WHERE {Where(Asked(_indexedSearch ?? _search))} LIMIT {limit}) t";

    /// <summary>How many rows among the first of the list are as asked.</summary>
    public string CountWalked(int length) =>
        $"SELECT count(*) FROM (SELECT t.* FROM {From} WHERE {Where("true")} ORDER BY {Ordered} LIMIT {length}) t WHERE {Asked(_search)}";

    private string From => $"\"{_table.Name}\" t";

    private string Where(string more) => string.Join(" AND ", [.. _scope, more]);

    private string Asked(string? search) => string.Join(" AND ", search is null ? [.. _asked, "true"] : [.. _asked, $"({search})"]);

    private string Sorted(string key, string id)
    {
        var direction = _order.Descending ? " DESC" : "";
        return _order.Column is null ? $"{id}{direction}" : $"{key}{direction}, {id}{direction}";
    }

    private void Scope(PageRequest request, Guid workspace, DateTime now)
    {
        if (_table.Schema.Workspaceable)
        {
            _scope.Add($"t.\"{EntityTable.Workspace}\" = {Value(workspace)}");
        }

        if (_table.Schema.Ttl)
        {
            _scope.Add($"(t.\"{EntityTable.Expiry}\" IS NULL OR t.\"{EntityTable.Expiry}\" > {Value(now)})");
        }

        if (request.Parent is { } parent)
        {
            _scope.Add($"t.\"{Column(_table, parent.Field)}\" = {Value(parent.Id)}");
        }

        if (request.Through is var (link, near, far, id))
        {
            var scoped = link.Schema.Workspaceable ? $" AND l.\"{EntityTable.Workspace}\" = {Value(workspace)}" : "";
            _scope.Add($"EXISTS (SELECT 1 FROM \"{link.Name}\" l WHERE l.\"{Column(link, near)}\" = {Value(id)} AND l.\"{Column(link, far)}\" = t.id{scoped})");
        }
    }

    private string Of(FieldFilter filter, Guid workspace)
    {
        var column = $"t.\"{filter.Column.Name}\"";
        if (filter.Value is not { } value)
        {
            return $"{column} IS NULL";
        }

        if (filter.By is { } by)
        {
            var parent = _tables[filter.Column.Schema.Reference!];
            var scoped = parent.Schema.Workspaceable ? $" AND p.\"{EntityTable.Workspace}\" = {Value(workspace)}" : "";
            return $"{column} = (SELECT p.id FROM \"{parent.Name}\" p WHERE p.\"{by}\" = {Value(value)}{scoped} LIMIT 1)";
        }

        return filter.Column.Kind is ColumnKind.Texts or ColumnKind.Integers or ColumnKind.Uuids ? $"{Value(value)} = ANY({column})" : $"{column} = {Value(value)}";
    }

    /// <summary>The condition of a search: as it is quickest to judge of a row, and as an index answers it when one can.</summary>
    private (string Plain, string? Indexed) Search(string term)
    {
        var pattern = Value($"%{term.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%");
        var names = _table.Lists.Names;
        var conditions = new List<string>();
        if (names.Count > 0)
        {
            conditions.Add($"{ListIndexes.PlainText(_table, "t.")} LIKE lower({pattern})");
        }

        foreach (var child in _table.Lists.Apart.Select(a => _tables[a]))
        {
            var (reference, key) = (child.ForeignKeys.First(k => k.Reference == _table.Name).Column.Name, child.Schema.EndpointKey);
            conditions.Add($"EXISTS (SELECT 1 FROM \"{child.Name}\" a WHERE a.\"{reference}\" = t.id AND lower(a.\"{key}\") LIKE lower({pattern}))");
        }

        string[] ids = IsIdPrefix(term) ? [$"t.id BETWEEN {Value(Filled(term, '0'))} AND {Value(Filled(term, 'f'))}"] : [];
        var plain = string.Join(" OR ", [.. conditions, .. ids, "false"]);
        return HasLetters(term) && names.Count > 0 && _table.Lists.Apart.Count is 0
            ? (plain, string.Join(" OR ", [$"{ListIndexes.IndexedText(_table, "t.")} LIKE lower({pattern})", .. ids]))
            : (plain, null);
    }

    /// <summary>Whether a text is an id or how one begins.</summary>
    public static bool IsIdPrefix(string term) => IdPrefix().IsMatch(term);

    // What is a letter beyond ASCII depends on the database.
    private static bool HasLetters(string term)
    {
        var run = 0;
        foreach (var letter in term)
        {
            run = char.IsAsciiLetterOrDigit(letter) ? run + 1 : 0;
            if (run >= IndexedLength)
            {
                return true;
            }
        }

        return false;
    }

    private static Guid Filled(string prefix, char with) => Guid.Parse(prefix + new string(with, 36)[prefix.Length..].Select((c, i) => prefix.Length + i is 8 or 13 or 18 or 23 ? '-' : c).Aggregate(new StringBuilder(), (text, c) => text.Append(c)));

    private static string Column(EntityTable table, string field) => table.Columns.First(c => c.Field == field).Name;

    private string Value(object value)
    {
        _values.Add(value);
        return $"${_values.Count}";
    }

    [GeneratedRegex("\\A[0-9a-f]{8}(-([0-9a-f]{0,4}|[0-9a-f]{4}-([0-9a-f]{0,4}|[0-9a-f]{4}-([0-9a-f]{0,4}|[0-9a-f]{4}-[0-9a-f]{0,12}))))?\\z", RegexOptions.IgnoreCase)]
    private static partial Regex IdPrefix();
}
