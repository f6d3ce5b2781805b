using Gateway.Entities.Declarative;
using Gateway.Schema;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store;

/// <summary>Writes everything that a node's users have configured as a declarative document in YAML.</summary>
internal static class ConfigDump
{
    /// <summary>Writes the rows that a session sees, each kind after those that it refers to.</summary>
    public static Task WriteAsync(StoreSession session, TextWriter output) => WriteAsync([(session, null)], output);

    /// <summary>Writes the rows of workspaces: where there are others than the default one, those are named first, and their rows tell whose they are.</summary>
    /// <param name="workspaces">A session for each, with the id that its rows tell; the first is the default one, whose rows tell none.</param>
    /// <param name="output">Takes the YAML.</param>
    public static async Task WriteAsync(IReadOnlyList<(StoreSession Session, Guid? Workspace)> workspaces, TextWriter output)
    {
        var yaml = new DeclarativeYaml(output);
        foreach (var table in workspaces[0].Session.Tables.All.Where(t => t.Name is not "workspaces" || workspaces.Count > 1))
        {
            var isBegun = false;
            foreach (var (session, workspace) in table.Schema.Workspaceable ? workspaces : [workspaces[0]])
            {
                await foreach (var row in session.Rows(table).OrderBy(r => EF.Property<Guid>(r, "id")).AsAsyncEnumerable().WithCancellation(session.Cancellation))
                {
                    var entity = table.ToEntity(row, session.Time.GetUtcNow());
                    if (table.Name is "workspaces" && Json.String(entity["name"]) is Seed.DefaultWorkspace)
                    {
                        continue;
                    }

                    if (!isBegun)
                    {
                        yaml.Begin(table.Name);
                        isBegun = true;
                    }

                    if (workspace is { } id)
                    {
                        entity[EntityTable.Workspace] = id.ToString();
                    }

                    yaml.Add(table.Schema, entity);
                }
            }
        }

        yaml.Finish();
    }
}
