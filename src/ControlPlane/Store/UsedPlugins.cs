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
        // Every start asks, so without the object mapper, whose model takes longer to build than all else.
        await using var command = source.CreateCommand("SELECT DISTINCT name FROM plugins ORDER BY name");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<string> names = [];
        while (await reader.ReadAsync(cancellation))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}
