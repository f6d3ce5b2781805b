using Gateway.Entities.Declarative;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store;

/// <summary>Writes everything that a node's users have configured as a declarative document in YAML.</summary>
internal static class ConfigDump
{
    /// <summary>Writes the rows that a session sees, each kind after those that it refers to.</summary>
    public static async Task WriteAsync(StoreSession session, TextWriter output)
    {
        var yaml = new DeclarativeYaml(output);
        foreach (var table in session.Tables.All.Where(t => t.Name is not "workspaces"))
        {
            var isBegun = false;
            await foreach (var row in session.Rows(table).OrderBy(r => EF.Property<Guid>(r, "id")).AsAsyncEnumerable().WithCancellation(session.Cancellation))
            {
                if (!isBegun)
                {
                    yaml.Begin(table.Name);
                    isBegun = true;
                }

                yaml.Add(table.Schema, table.ToEntity(row, session.Time.GetUtcNow()));
            }
        }

        yaml.Finish();
    }
}
