using Gateway.ControlPlane.Store.Lists;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store.Memory;

/// <summary>Reads lists from rows in memory: the same rows in the same order as the database's statements.</summary>
internal sealed class MemoryList(StoreSession session)
{
    public async Task<RowPage> PageAsync(EntityTable table, PageRequest request, ListOrder order, ListPosition? after)
    {
        var all = await ScopedAsync(table, request);
        foreach (var filter in request.Where)
        {
            var value = filter is { By: { } by, Value: string key }
                ? (await session.FindAsync(session.Tables[filter.Column.Schema.Reference!], new EntityKey(by, key)))?.Id ?? Guid.Empty
                : filter.Value;
            all = all.Where(r => Holds(r.GetValueOrDefault(filter.Column.Field), value));
        }

        if (request.Tags is { } tags && table.HasTags)
        {
            all = all.Where(r => r.GetValueOrDefault("tags") is string[] held && (tags.All ? tags.Tags.All(held.Contains) : tags.Tags.Any(held.Contains)));
        }

        if (request.Search is { } term)
        {
            var apart = await ApartAsync(table, term);
            all = all.Where(r => apart.Contains((Guid)r["id"]!) || IsFound(table, r, term));
        }

        var comparer = Comparer<Place>.Create((one, other) => Compare(one, other, order));
        var sorted = all.Select(r => (Row: r, Place: new Place(Key(order, r), (Guid)r["id"]!))).OrderBy(r => r.Place, comparer).ToList();
        var rest = after is null ? sorted : [.. sorted.Where(r => comparer.Compare(r.Place, new Place(Key(order, after), after.Id)) > 0)];
        return new RowPage(
            [.. rest.Take(request.Size).Select(r => r.Row)],
            rest.Count > request.Size ? rest[request.Size - 1].Row : null,
            request.Total ? new RowCount(sorted.Count, false) : null);
    }

    private async Task<IEnumerable<Dictionary<string, object?>>> ScopedAsync(EntityTable table, PageRequest request)
    {
        var rows = session.Rows(table);
        if (request.Parent is { } parent)
        {
            rows = StoreSession.Below(rows, table, parent);
        }

        IEnumerable<Dictionary<string, object?>> all = await rows.ToListAsync(session.Cancellation);
        if (request.Through is var (link, near, far, id))
        {
            var linked = (await session.Rows(link).ToListAsync(session.Cancellation)).Where(l => l[near] is Guid end && end == id).Select(l => (Guid)l[far]!).ToHashSet();
            all = all.Where(r => linked.Contains((Guid)r["id"]!));
        }

        return all;
    }

    /// <summary>The rows whose name-like fields are rows of another kind in which the search finds something.</summary>
    private async Task<HashSet<Guid>> ApartAsync(EntityTable table, string term)
    {
        var found = new HashSet<Guid>();
        foreach (var child in table.Lists.Apart.Select(a => session.Tables[a]))
        {
            var reference = child.ForeignKeys.First(k => k.Reference == table.Name).Column.Field;
            var rows = await session.Rows(child).ToListAsync(session.Cancellation);
            found.UnionWith(rows.Where(r => Contains(r[child.Schema.EndpointKey!] as string, term)).Select(r => r[reference]).OfType<Guid>());
        }

        return found;
    }

    private static bool IsFound(EntityTable table, Dictionary<string, object?> row, string term) =>
        table.Lists.Names.Any(c => row.GetValueOrDefault(c.Field) switch
        {
            string text => Contains(text, term),
            string[] texts => texts.Any(t => Contains(t, term)),
            _ => false,
        })
        || (ListSql.IsIdPrefix(term) && row["id"]!.ToString()!.StartsWith(term, StringComparison.OrdinalIgnoreCase));

    private static bool Contains(string? text, string term) => text?.Contains(term, StringComparison.OrdinalIgnoreCase) is true;

    private static bool Holds(object? held, object? value) => value is null ? held is null : held switch
    {
        string[] texts => value is string text && texts.Contains(text, StringComparer.Ordinal),
        long[] numbers => value is long number && numbers.Contains(number),
        Guid[] ids => value is Guid id && ids.Contains(id),
        _ => Equals(held, value),
    };

    private static IComparable? Key(ListOrder order, Dictionary<string, object?> row) => order.Column is { } column
        ? (row.GetValueOrDefault(column.Field) is string[] texts ? texts.FirstOrDefault() : row.GetValueOrDefault(column.Field)) switch
        {
            string text => Start(text),
            IComparable value => value,
            _ => null,
        }
        : null;

    private static IComparable? Key(ListOrder order, ListPosition at) =>
        order.Column is null || at.Value is null || !order.TryValue(at.Value, out var value) ? null : value is string text ? Start(text) : (IComparable)value!;

    private static string Start(string text) => text.Length > ListFields.SortedLength ? text[..ListFields.SortedLength].ToLowerInvariant() : text.ToLowerInvariant();

    private static int Compare(Place one, Place other, ListOrder order)
    {
        var sign = order.Descending ? -1 : 1;
        var difference = (one.Key, other.Key) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            (string a, string b) => sign * string.CompareOrdinal(a, b),
            var (a, b) => sign * a.CompareTo(b),
        };
        return difference is not 0 ? difference : sign * one.Id.CompareTo(other.Id);
    }

    /// <summary>Where a row stands.</summary>
    private readonly record struct Place(IComparable? Key, Guid Id);
}
