using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.Entities;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Admin;

/// <summary>The tags in use, and what carries them.</summary>
internal sealed class TagEndpoints(StoreRunner runner)
{
    private const string ReadOnly = "does not support insert/upsert/update/delete operations";

    public IEnumerable<(string Path, Resource Resource)> Resources =>
    [
        ("/tags", new Resource { Get = request => ListAsync(request, "/tags", null), Post = _ => Refuse() }),
        ("/tags/{tags}", new Resource { Get = OneAsync, Put = _ => Refuse(), Patch = _ => Refuse(), Delete = _ => Refuse() }),
    ];

    private static Task<AdminAnswer> Refuse() => Task.FromResult(AdminErrors.Answer(StoreError.Schema("tags", ReadOnly)));

    private Task<AdminAnswer> OneAsync(AdminRequest request)
    {
        var tag = request.Segments[1];
        return new TagAttribute().Rules.Select(r => r.Judge(tag)).FirstOrDefault(m => m is not null) is { } message
            ? Task.FromResult(AdminErrors.Answer(StoreError.InvalidUnique("tag", message)))
            : ListAsync(request, $"/tags/{Uri.EscapeDataString(tag)}", tag);
    }

    private async Task<AdminAnswer> ListAsync(AdminRequest request, string path, string? tag)
    {
        var page = CollectionQuery.Read(request.Query, isTagged: false);
        if (page.Error is not null)
        {
            return AdminErrors.Answer(page.Error);
        }

        var after = page.Value!.Offset is { } token ? OffsetToken.ReadWithOrdinal(token) : default(Outcome<(Guid Last, int Ordinal)>);
        if (after.Error is not null)
        {
            return AdminErrors.Answer(after.Error);
        }

        var size = page.Value.Size;
        var found = await runner.ReadAsync<List<TagRow>>(session => ReadAsync(session, tag, after.Value.Last, after.Value.Ordinal, size), request.Cancellation, workspace: request.Workspace);
        if (found.Error is not null)
        {
            return AdminErrors.Answer(found.Error);
        }

        var shown = found.Value!.Take(size).ToList();
        var body = new JsonObject
        {
            ["data"] = new JsonArray([.. shown.Select(r => new JsonObject { ["entity_name"] = r.Kind, ["entity_id"] = r.Id.ToString(), ["tag"] = r.Tag })]),
            ["next"] = null,
        };
        if (found.Value!.Count > size)
        {
            var offset = OffsetToken.Write(shown[^1].Id, shown[^1].Ordinal);
            body["offset"] = offset;
            body["next"] = CollectionQuery.Next(request.PathOf(path), offset, request.Query, tag is not null);
        }

        return AdminAnswer.Ok(body);
    }

    private static async Task<Outcome<List<TagRow>>> ReadAsync(StoreSession session, string? tag, Guid after, int ordinal, int size)
    {
        var all = new List<TagRow>();
        foreach (var table in session.Tables.All.Where(t => t.HasTags))
        {
            var rows = session.Rows(table).Where(r => EF.Property<Guid>(r, "id").CompareTo(after) >= 0);
            rows = tag is null
                ? rows.Where(r => EF.Property<string[]>(r, "tags").Length > 0)
                : rows.Where(r => EF.Property<string[]>(r, "tags").Contains(tag));
            var found = await rows.OrderBy(r => EF.Property<Guid>(r, "id")).Take(size + 2).ToListAsync(session.Cancellation);
            all.AddRange(found.SelectMany(r => ((string[])r["tags"]!).Select((t, i) => new TagRow(table.Name, (Guid)r["id"]!, t, i + 1))));
        }

        return all.Where(r => (tag is null || r.Tag == tag) && (r.Id != after || r.Ordinal > ordinal))
            .OrderBy(r => r.Id.ToString(), StringComparer.Ordinal).ThenBy(r => r.Ordinal).Take(size + 1).ToList();
    }

    /// <summary>One tag of one entity.</summary>
    private sealed record TagRow(string Kind, Guid Id, string Tag, int Ordinal);
}
