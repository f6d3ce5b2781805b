using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>The plugins that a database has configurations of.</summary>
public static class UsedPlugins
{
    /// <summary>Their names.</summary>
    /// <param name="source">The database, whose schema is up to date.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<IReadOnlyList<string>> ReadAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var context = Database.Context(source);
        return await context.Rows(GatewayDbContext.Tables["plugins"]).Select(p => EF.Property<string>(p, "name")).Distinct().Order().ToListAsync(cancellation);
    }
}
