using Gateway.Schema;

namespace Gateway.ControlPlane.Store.Lists;

/// <summary>By which fields the lists of a kind are searched, sorted and filtered: derived from the declaration, by the words and types of its fields.</summary>
internal sealed class ListFields
{
    /// <summary>How many characters of a text count when rows are sorted by it; an index takes no text of any length.</summary>
    public const int SortedLength = 256;

    // What people call things by, in every kind.
    private static readonly HashSet<string> _names = new(StringComparer.Ordinal)
    {
        "name", "instance_name", "username", "custom_id", "host", "hosts", "path", "paths", "target", "prefix", "snis", "tags", "group", "kid", "client_id", "comment",
    };

    public ListFields(EntityTable table)
    {
        Names = [.. table.Columns.Where(c => _names.Contains(c.Field) && c.Kind is ColumnKind.Text or ColumnKind.Texts && IsOpen(c))];
        Sorted = [.. table.Columns.Where(c => IsOpen(c) && c.Schema.Type is not FieldType.Foreign
            && c.Kind is ColumnKind.Text or ColumnKind.Texts or ColumnKind.Integer or ColumnKind.Number or ColumnKind.Boolean or ColumnKind.Timestamp or ColumnKind.Uuid)];
        Filtered = [.. table.Columns.Where(c => IsOpen(c) && c.Field is not ("id" or "tags") && c.Kind is not (ColumnKind.Json or ColumnKind.Timestamp))];
        Apart = [.. table.Schema.Fields.Where(f => f.Schema.Transient && _names.Contains(f.Name)).Select(f => f.Name)];
    }

    /// <summary>The columns in which a search looks.</summary>
    public IReadOnlyList<EntityColumn> Names { get; }

    /// <summary>The columns by which rows can be sorted.</summary>
    public IReadOnlyList<EntityColumn> Sorted { get; }

    /// <summary>The columns that a query can ask a value of.</summary>
    public IReadOnlyList<EntityColumn> Filtered { get; }

    /// <summary>Name-like fields that are rows of another kind, such as a certificate's server names.</summary>
    public IReadOnlyList<string> Apart { get; }

    /// <summary>The columns whose order an index keeps; others are sorted when they are asked for.</summary>
    public IEnumerable<EntityColumn> Ordered => Sorted.Where(c => c.Kind is ColumnKind.Timestamp || (c.Kind is ColumnKind.Text && _names.Contains(c.Field)));

    /// <summary>What rows are sorted by: texts without regard to case, in one order on every server, and lists by their first text.</summary>
    public static string SortKey(EntityColumn column, string name) => SortKeyOf(column, column.Kind is ColumnKind.Texts ? $"({name})[1]" : name);

    /// <summary>The same of one value.</summary>
    public static string SortKeyOf(EntityColumn column, string value) =>
        column.Kind is ColumnKind.Text or ColumnKind.Texts ? $"lower(left({value}, {SortedLength})) COLLATE \"C\"" : value;

    private static bool IsOpen(EntityColumn column) => !column.Schema.Encrypted && !column.Schema.Referenceable;
}
