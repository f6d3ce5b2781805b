using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Behaviours;
using Gateway.Schema;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store;

/// <summary>Reads collections of all kinds page by page.</summary>
internal static class EntityReader
{
    /// <summary>The rows after an offset.</summary>
    public static async Task<Outcome<Page>> PageAsync(StoreSession session, EntityTable table, PageRequest request)
    {
        var rows = session.Rows(table);
        if (request.Parent is { } parent)
        {
            rows = StoreSession.Below(rows, table, parent);
        }

        if (request.Through is var (link, near, far, id))
        {
            var links = session.Rows(link).Where(l => EF.Property<Guid>(l, near) == id);
            rows = rows.Where(r => links.Any(l => EF.Property<Guid>(l, far) == EF.Property<Guid>(r, "id")));
        }

        if (request.Where is var (field, value))
        {
            rows = rows.Where(r => EF.Property<string>(r, field) == value);
        }

        if (request.Tags is { } filter && table.HasTags)
        {
            rows = Tagged(rows, filter);
        }

        return EntityBehaviour.Of(table).NewestFirst ? await NewestFirstAsync(session, table, rows, request) : await ByKeyAsync(session, table, rows, request);
    }

    /// <summary>Rows as the Admin API shows them.</summary>
    public static async Task<IReadOnlyList<JsonObject>> ShowAsync(StoreSession session, EntityTable table, IReadOnlyList<JsonObject> rows)
    {
        await EntityBehaviour.Of(table).ShowAsync(session, rows);
        return [.. rows.Select(r => RowPresenter.Present(table.Schema, r))];
    }

    private static async Task<Outcome<Page>> ByKeyAsync(
        StoreSession session, EntityTable table, IQueryable<Dictionary<string, object?>> rows, PageRequest request)
    {
        if (request.Offset is { } token)
        {
            var last = OffsetToken.Read(token);
            if (last.Error is not null)
            {
                return last.Error;
            }

            var after = last.Value;
            rows = rows.Where(r => EF.Property<Guid>(r, "id").CompareTo(after) > 0);
        }

        var found = await rows.OrderBy(r => EF.Property<Guid>(r, "id")).Take(request.Size + 1).ToListAsync(session.Cancellation);
        var page = Entities(session, table, found.Take(request.Size));
        return new Page(page, found.Count > request.Size ? OffsetToken.Write((Guid)found[request.Size - 1]["id"]!) : null);
    }

    private static async Task<Outcome<Page>> NewestFirstAsync(
        StoreSession session, EntityTable table, IQueryable<Dictionary<string, object?>> rows, PageRequest request)
    {
        var skip = 0;
        if (request.Offset is { } token && !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out skip))
        {
            return StoreError.InvalidOffset(token, "bad base64 encoding");
        }

        var found = await rows.OrderByDescending(r => EF.Property<DateTime?>(r, "created_at")).ThenByDescending(r => EF.Property<Guid>(r, "id"))
            .Skip(skip).Take(request.Size + 1).ToListAsync(session.Cancellation);
        var next = found.Count > request.Size ? (skip + request.Size).ToString(CultureInfo.InvariantCulture) : null;
        return new Page(Entities(session, table, found.Take(request.Size)), next);
    }

    private static IQueryable<Dictionary<string, object?>> Tagged(IQueryable<Dictionary<string, object?>> rows, TagFilter filter)
    {
        if (!filter.All)
        {
            var any = filter.Tags.ToArray();
            return rows.Where(r => EF.Property<string[]>(r, "tags").Any(t => any.Contains(t)));
        }

        foreach (var tag in filter.Tags)
        {
            rows = rows.Where(r => EF.Property<string[]>(r, "tags").Contains(tag));
        }

        return rows;
    }

    private static List<JsonObject> Entities(StoreSession session, EntityTable table, IEnumerable<Dictionary<string, object?>> rows)
    {
        var now = session.Time.GetUtcNow();
        return [.. rows.Select(r => table.ToEntity(r, now))];
    }
}
