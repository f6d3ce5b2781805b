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
        var page = CollectionQuery.Read(request.Query);
        if (page.Error is not null)
        {
            return AdminErrors.Answer(page.Error);
        }

        var after = page.Value!.Offset is { } token ? OffsetToken.Read(token) : default(Outcome<Guid>);
        if (after.Error is not null)
        {
            return AdminErrors.Answer(after.Error);
        }

        var size = page.Value.Size;
        var found = await runner.RunAsync<List<(string Kind, Guid Id, string[] Tags)>>(session => ReadAsync(session, tag, after.Value, size), request.Cancellation);
        if (found.Error is not null)
        {
            return AdminErrors.Answer(found.Error);
        }

        // A page ends with an entity, so that all its tags are on one page.
        var shown = found.Value!.Take(size).ToList();
        var rows = shown.SelectMany(e => e.Tags.Where(t => tag is null || t == tag).Select(t => (JsonNode?)new JsonObject
        {
            ["entity_name"] = e.Kind,
            ["entity_id"] = e.Id.ToString(),
            ["tag"] = t,
        }));
        var body = new JsonObject { ["data"] = new JsonArray([.. rows]), ["next"] = null };
        if (found.Value!.Count > size)
        {
            var offset = OffsetToken.Write(shown[^1].Id);
            body["offset"] = offset;
            body["next"] = $"{path}?offset={Uri.EscapeDataString(offset)}" + (tag is null && request.Query.ContainsKey("size") ? $"&size={size}" : "");
        }

        return AdminAnswer.Ok(body);
    }

    private static async Task<Outcome<List<(string Kind, Guid Id, string[] Tags)>>> ReadAsync(StoreSession session, string? tag, Guid after, int size)
    {
        var all = new List<(string Kind, Guid Id, string[] Tags)>();
        foreach (var table in session.Tables.All.Where(t => t.HasTags))
        {
            var rows = session.Rows(table).Where(r => EF.Property<Guid>(r, "id").CompareTo(after) > 0);
            rows = tag is null
                ? rows.Where(r => EF.Property<string[]>(r, "tags").Length > 0)
                : rows.Where(r => EF.Property<string[]>(r, "tags").Contains(tag));
            var found = await rows.OrderBy(r => EF.Property<Guid>(r, "id")).Take(size + 1).ToListAsync(session.Cancellation);
            all.AddRange(found.Select(r => (table.Name, (Guid)r["id"]!, (string[])r["tags"]!)));
        }

        return all.OrderBy(e => e.Id.ToString(), StringComparer.Ordinal).Take(size + 1).ToList();
    }
}
