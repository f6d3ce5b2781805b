using System.Text.Json.Nodes;

namespace Gateway.Manager.Catalog;

/// <summary>The addresses of pages and resources of one entity.</summary>
public static class EntityLinks
{
    /// <summary>The Manager's page that edits it.</summary>
    public static string Edit(EntityKind kind, JsonObject entity)
    {
        var link = kind.Link(entity);
        var query = link.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? $"{link}/edit" : $"{link[..query]}/edit{link[query..]}";
    }

    /// <summary>Its resource at the Admin API.</summary>
    public static string Resource(EntityKind kind, string id, string? owner = null) => $"{kind.CollectionPath(owner)}/{Uri.EscapeDataString(id)}";

    /// <summary>Its resource at the Admin API, its owner taken out of the entity itself.</summary>
    public static string Resource(EntityKind kind, JsonObject entity) =>
        Resource(kind, entity["id"]!.ToString(), kind.OwnerField is null ? null : entity[kind.OwnerField]?["id"]?.ToString());
}
