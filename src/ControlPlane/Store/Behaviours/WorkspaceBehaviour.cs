using System.Text.Json.Nodes;
using Gateway.Schema;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store.Behaviours;

/// <summary>Workspaces have names that no path begins with, keep them, and go only when they are empty.</summary>
internal sealed class WorkspaceBehaviour : EntityBehaviour
{
    // Collections are known from their declarations; these are the paths of the node itself.
    private static readonly HashSet<string> _reserved = new(StringComparer.Ordinal)
    {
        "auth", "batch", "cache", "clustering", "config", "debug", "endpoints", "kong", "metrics", "openapi", "openapi.json", "docs", "robots.txt", "schemas", "status", "timers", "vitals",
        "acme", "proxy-cache", "tags", "userinfo",
    };

    public override async Task<StoreError?> JudgeAsync(StoreSession session, JsonObject document, JsonObject sent, ParseMode mode)
    {
        if (Json.String(document["name"]) is not { } name)
        {
            return null;
        }

        if (_reserved.Contains(name) || session.Tables.Catalog.Entities.Any(e => e.AdminName == name))
        {
            return StoreError.Schema("name", $"must not be '{name}', with which paths of the Admin API begin");
        }

        return Guid.TryParse(Json.String(document["id"]), out var id) && await session.FindAsync(session.Tables["workspaces"], EntityKey.Of(id)) is { } current
            && Json.String(current.Entity["name"]) != name
            ? StoreError.Refused("Cannot rename a workspace")
            : null;
    }

    public override async Task<StoreError?> DeletingAsync(StoreSession session, Guid id)
    {
        var workspace = await session.FindAsync(session.Tables["workspaces"], EntityKey.Of(id));
        return Json.String(workspace!.Entity["name"]) is Seed.DefaultWorkspace ? StoreError.Refused("Cannot delete the default workspace")
            : await session.IsInUseAsync(id) ? StoreError.Refused("Workspace is not empty")
            : null;
    }
}
