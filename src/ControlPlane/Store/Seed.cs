using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>What a new database holds from the start.</summary>
internal static class Seed
{
    /// <summary>The name of the first administrator.</summary>
    public const string SuperAdmin = "kong_admin";

    /// <summary>The name of the workspace that everything belongs to.</summary>
    public const string DefaultWorkspace = "default";

    /// <summary>Whether the default workspace is there.</summary>
    public static async Task<bool> HasWorkspaceAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        return await Database.WorkspaceAsync(connection, DefaultWorkspace, cancellation) is not null;
    }

    public static async Task WorkspaceAsync(GatewayDbContext context, CancellationToken cancellation)
    {
        var now = DateTime.UtcNow;
        context.Rows(GatewayDbContext.Tables["workspaces"]).Add(new Dictionary<string, object?>
        {
            ["id"] = Guid.NewGuid(),
            ["name"] = DefaultWorkspace,
            ["meta"] = "{}",
            ["config"] = "{}",
            ["created_at"] = now,
            ["updated_at"] = now,
        });
        await context.SaveChangesAsync(cancellation);
    }

    /// <summary>Makes the super admin; false when there is one.</summary>
    public static async Task<bool> AdministratorAsync(GatewayDbContext context, string password, CancellationToken cancellation)
    {
        if (await context.Administrators.AnyAsync(a => a.Username == SuperAdmin, cancellation))
        {
            return false;
        }

        context.Administrators.Add(new AdministratorRow { Id = Guid.NewGuid(), Username = SuperAdmin, PasswordHash = PasswordHash.Create(password) });
        await context.SaveChangesAsync(cancellation);
        return true;
    }
}
