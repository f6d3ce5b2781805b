using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>Pages of a list that the original reads whole and cuts: their offset is a number of rows, and their size any number.</summary>
internal static class CountedPage
{
    private const int MaxSize = 1000;
    private static readonly string[] _paging = ["size", "offset"];

    public static async Task<Outcome<AdminAnswer>> ReadAsync(StoreSession session, EntityTable table, AdminRequest request, string path, Parent parent)
    {
        var judged = CollectionQuery.Read(new QueryCollection(request.Query.Where(q => !_paging.Contains(q.Key)).ToDictionary()), isTagged: true);
        if (judged.Error is not null)
        {
            return judged.Error;
        }

        if (!TryRead(request.Query, "size", 100, out var size, out _))
        {
            return StoreError.InvalidSize("size must be a number");
        }

        if (!TryRead(request.Query, "offset", 0, out var offset, out var token))
        {
            return StoreError.InvalidOffset(token, "expected a number of rows");
        }

        var all = await AllAsync(session, table, parent);
        size = Math.Min(size, MaxSize);
        var shown = await EntityReader.ShowAsync(session, table, [.. all.Skip((int)offset).Take((int)Math.Floor(size))]);
        var body = new JsonObject { ["data"] = new JsonArray([.. shown]), ["next"] = null };
        var next = size + offset;
        if (next >= 0 && next == Math.Floor(next) && next < all.Count)
        {
            var end = next.ToString(CultureInfo.InvariantCulture);
            body["offset"] = end;
            body["next"] = CollectionQuery.Next(request.PathOf(path), end, request.Query, isNested: true);
        }

        return AdminAnswer.Ok(body);
    }

    private static bool TryRead(IQueryCollection query, string name, double otherwise, out double number, out string text)
    {
        (number, text) = (otherwise, query[name].ToString());
        return !query.ContainsKey(name) || (FormDecoder.TryNumber(text, out number) && Math.Abs(number) < int.MaxValue);
    }

    private static async Task<List<JsonObject>> AllAsync(StoreSession session, EntityTable table, Parent parent)
    {
        var all = new List<JsonObject>();
        string? offset = null;
        do
        {
            var page = await EntityReader.PageAsync(session, table, new PageRequest { Size = MaxSize, Offset = offset, Parent = parent });
            all.AddRange(page.Value!.Rows);
            offset = page.Value.Offset;
        }
        while (offset is not null);
        return all;
    }
}
