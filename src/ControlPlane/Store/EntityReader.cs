using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Behaviours;
using Gateway.ControlPlane.Store.Lists;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>Reads collections of all kinds page by page.</summary>
internal static class EntityReader
{
    /// <summary>The rows after an offset.</summary>
    public static async Task<Outcome<Page>> PageAsync(StoreSession session, EntityTable table, PageRequest request)
    {
        var order = request.Order ?? (EntityBehaviour.Of(table).NewestFirst ? new ListOrder(table.Columns.First(c => c.Field == "created_at"), true) : ListOrder.ById);
        ListPosition? after = null;
        if (request.Offset is { } token)
        {
            var read = OffsetToken.Read(token, order);
            if (read.Error is not null)
            {
                return read.Error;
            }

            after = read.Value;
        }

        var page = await session.PageAsync(table, request, order, after);
        var now = session.Time.GetUtcNow();
        return new Page([.. page.Rows.Select(r => table.ToEntity(r, now))], page.Last is { } last ? OffsetToken.Write(order.Of(last)) : null) { Total = page.Total };
    }

    /// <summary>Rows as the Admin API shows them.</summary>
    public static async Task<IReadOnlyList<JsonObject>> ShowAsync(StoreSession session, EntityTable table, IReadOnlyList<JsonObject> rows)
    {
        await EntityBehaviour.Of(table).ShowAsync(session, rows);
        return [.. rows.Select(r => RowPresenter.Present(table.Schema, r))];
    }
}
