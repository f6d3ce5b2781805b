using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Manager.AdminApi;

/// <summary>Pages of collections, which the Admin API searches, sorts and counts.</summary>
public sealed class EntityLists(AdminClient admin)
{
    private const int ScanPage = 1000;

    // A search that no index knows looks through a stretch of rows at a time, and a stretch may hold nothing that fits.
    private const int EmptyStretches = 20;

    /// <summary>Reads one page; one without rows has none after it, unless very many rows were looked through in vain.</summary>
    /// <param name="path">The collection, e.g. <c>services</c> or <c>services/{id}/routes</c>.</param>
    /// <param name="query">What to show.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<(EntityPage? Page, AdminAnswer Answer)> ReadAsync(string path, EntityQuery query, CancellationToken cancellation = default)
    {
        for (var stretch = 1; ; stretch++)
        {
            var (page, answer) = await ReadPageAsync(path, query, cancellation);
            if (page is not { Rows.Count: 0, Next: { } next } || stretch == EmptyStretches)
            {
                return (page, answer);
            }

            query = query with { Offset = next };
        }
    }

    /// <summary>Counts a collection; the number is a lower bound when the second value is true.</summary>
    public async Task<(long? Count, bool More)> CountAsync(string path, CancellationToken cancellation = default)
    {
        var (page, _) = await ReadPageAsync(path, new EntityQuery { Size = 1, Counted = true }, cancellation);
        return (page?.Total, page?.IsMinimum ?? false);
    }

    /// <summary>Reads a whole collection up to a limit.</summary>
    public async Task<(EntityPage? Page, AdminAnswer Answer)> ScanAsync(string path, int limit, CancellationToken cancellation = default)
    {
        var rows = new List<JsonObject>();
        var query = new EntityQuery { Size = ScanPage };
        while (true)
        {
            var (page, answer) = await ReadPageAsync(path, query, cancellation);
            if (page is null)
            {
                return (null, answer);
            }

            rows.AddRange(page.Rows);
            if (page.Next is null || rows.Count >= limit)
            {
                return (new EntityPage(rows, page.Next), answer);
            }

            query = query with { Offset = page.Next };
        }
    }

    private async Task<(EntityPage? Page, AdminAnswer Answer)> ReadPageAsync(string path, EntityQuery query, CancellationToken cancellation)
    {
        (string Name, string? Value)[] parameters =
        [
            ("size", query.Size.ToString(CultureInfo.InvariantCulture)),
            ("tags", query.Tag?.Trim()),
            ("search", query.Search?.Trim()),
            (query.Sort?.StartsWith('-') is true ? "sort_desc" : "sort", query.Sort?.TrimStart('-')),
            ("total", query.Counted ? "true" : null),
            ("offset", query.Offset),
        ];
        var answer = await admin.GetAsync($"{path}?{string.Join('&', parameters.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"))}", cancellation);
        return answer.Entity is not { } entity || entity["data"] is not JsonArray data ? (null, answer) : (new EntityPage([.. data.OfType<JsonObject>()], (string?)entity["offset"])
        {
            Total = (long?)entity["total"],
            IsMinimum = (bool?)entity["total_is_minimum"] is true,
        }, answer);
    }
}
