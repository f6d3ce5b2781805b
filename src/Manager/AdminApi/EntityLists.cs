using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Manager.AdminApi;

/// <summary>
/// Pages of collections. The Admin API pages by itself in its own order; it can neither search nor sort, so for those the Manager reads
/// up to <see cref="ScanLimit"/> entities, and beyond that still finds an exact name or id.
/// </summary>
public sealed class EntityLists(AdminClient admin)
{
    /// <summary>How many entities a search reads at most: ten answers, well under a second.</summary>
    public const int ScanLimit = 10_000;

    private const int ScanPage = 1000;

    /// <summary>Reads one page.</summary>
    /// <param name="path">The collection, e.g. <c>services</c> or <c>services/{id}/routes</c>.</param>
    /// <param name="query">What to show.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<(EntityPage? Page, AdminAnswer Answer)> ReadAsync(string path, EntityQuery query, CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(query.Search) && query.Sort is null)
        {
            return await ReadPageAsync(path, query.Size, query.Tag, query.Offset, cancellation);
        }

        var (all, answer) = await ScanAsync(path, query.Tag, ScanLimit, cancellation);
        if (all is null)
        {
            return (null, answer);
        }

        var rows = all.Rows.Where(row => Matches(row, query.Search)).ToList();
        if (rows.Count == 0 && all.Partial && query.Search is { } name && await admin.GetAsync($"{path}/{Uri.EscapeDataString(name.Trim())}", cancellation) is { Entity: { } exact })
        {
            rows.Add(exact);
        }

        rows = Sort(rows, query.Sort);
        _ = int.TryParse(query.Offset, NumberStyles.None, CultureInfo.InvariantCulture, out var start);
        var next = start + query.Size < rows.Count ? (start + query.Size).ToString(CultureInfo.InvariantCulture) : null;
        return (new EntityPage([.. rows.Skip(start).Take(query.Size)], next, all.Partial), answer);
    }

    /// <summary>Counts a collection; the number is a lower bound when the second value is true.</summary>
    public async Task<(int? Count, bool More)> CountAsync(string path, CancellationToken cancellation = default)
    {
        var (all, _) = await ScanAsync(path, null, 3 * ScanPage, cancellation);
        return (all?.Rows.Count, all?.Partial ?? false);
    }

    /// <summary>Reads a whole collection up to a limit.</summary>
    public async Task<(EntityPage? Page, AdminAnswer Answer)> ScanAsync(string path, string? tag, int limit, CancellationToken cancellation = default)
    {
        var rows = new List<JsonObject>();
        string? offset = null;
        while (true)
        {
            var (page, answer) = await ReadPageAsync(path, ScanPage, tag, offset, cancellation);
            if (page is null)
            {
                return (null, answer);
            }

            rows.AddRange(page.Rows);
            offset = page.Next;
            if (offset is null || rows.Count >= limit)
            {
                return (new EntityPage(rows, null, offset is not null), answer);
            }
        }
    }

    private async Task<(EntityPage? Page, AdminAnswer Answer)> ReadPageAsync(string path, int size, string? tag, string? offset, CancellationToken cancellation)
    {
        var url = $"{path}?size={size}";
        url += string.IsNullOrWhiteSpace(tag) ? "" : $"&tags={Uri.EscapeDataString(tag.Trim())}";
        url += string.IsNullOrEmpty(offset) ? "" : $"&offset={Uri.EscapeDataString(offset)}";
        var answer = await admin.GetAsync(url, cancellation);
        if (answer.Entity?["data"] is not JsonArray data)
        {
            return (null, answer);
        }

        return (new EntityPage([.. data.OfType<JsonObject>()], (string?)answer.Entity["offset"]), answer);
    }

    private static bool Matches(JsonObject row, string? search) =>
        string.IsNullOrWhiteSpace(search) || row.Any(field => field.Key is not ("config" or "key" or "cert" or "created_at" or "updated_at") && Contains(field.Value, search.Trim()));

    private static bool Contains(JsonNode? value, string search) => value switch
    {
        JsonValue text when text.TryGetValue<string>(out var s) => s.Contains(search, StringComparison.OrdinalIgnoreCase),
        JsonArray items => items.Any(item => Contains(item, search)),
        _ => false,
    };

    private static List<JsonObject> Sort(List<JsonObject> rows, string? sort)
    {
        if (string.IsNullOrEmpty(sort))
        {
            return rows;
        }

        var field = sort.TrimStart('-');
        var ordered = rows.OrderBy(row => Key(row[field]), SortKey.Order);
        return [.. sort[0] == '-' ? ordered.Reverse() : ordered];
    }

    private static SortKey Key(JsonNode? value) => value switch
    {
        JsonValue number when number.TryGetValue<double>(out var d) => new SortKey(d, ""),
        JsonValue text => new SortKey(0, text.ToString()),
        JsonArray { Count: > 0 } items => Key(items[0]),
        _ => new SortKey(double.MaxValue, "\uffff"),
    };

    private readonly record struct SortKey(double Number, string Text)
    {
        public static Comparer<SortKey> Order { get; } = Comparer<SortKey>.Create((a, b) =>
            a.Number.CompareTo(b.Number) is not 0 and var order ? order : string.Compare(a.Text, b.Text, StringComparison.OrdinalIgnoreCase));
    }
}
