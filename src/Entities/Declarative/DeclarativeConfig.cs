using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>A declarative configuration that was read: complete rows, references by id.</summary>
public sealed class DeclarativeConfig
{
    /// <summary>The workspace of entities that name none.</summary>
    public static readonly Guid DefaultWorkspace = new("0dc6f45b-8f8d-40d2-a504-473544ee190b");

    private const string Workspaces = "workspaces";
    private const string WorkspaceField = "ws_id";

    internal DeclarativeConfig(EntityCatalog catalog, JsonObject document, IEnumerable<DeclaredRow> rows)
    {
        Transforms = Json.Boolean(document["_transform"]) ?? true;
        WorkspaceName = Json.String(document["_workspace"]);
        var byKind = rows.ToLookup(r => r.Schema.Name, StringComparer.Ordinal);
        Collections = [.. catalog.Entities.Where(e => e.Stored && byKind.Contains(e.Name))
            .Select(e => new DeclaredCollection(e, [.. byKind[e.Name].Select(r => new DeclaredEntity(r.Id, r.Row!, r.Workspace, Ttl(r)))]))];
    }

    /// <summary>Whether fields that are kept in another form, such as passwords, are written in plain (<c>_transform</c>).</summary>
    public bool Transforms { get; }

    /// <summary>The workspace that the document names for all its entities (<c>_workspace</c>), or null.</summary>
    public string? WorkspaceName { get; }

    /// <summary>The entities by kind; a kind comes after those that it refers to.</summary>
    public IReadOnlyList<DeclaredCollection> Collections { get; }

    /// <summary>The document that data planes take: flat rows, references as plain ids, a workspace for each; UTF-8 JSON.</summary>
    public byte[] ToTable(TimeProvider time)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Wire.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("_format_version", "3.0");
            json.WriteBoolean("_transform", false);
            json.WriteStartArray(Workspaces);
            var workspace = WriteWorkspaces(json, time);
            json.WriteEndArray();
            foreach (var (schema, entities) in Collections.Where(c => c.Schema.Name is not Workspaces))
            {
                json.WriteStartArray(schema.Name);
                foreach (var entity in entities)
                {
                    Kept(schema, entity, workspace).WriteTo(json, Wire.Options);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The entities as <c>POST /config</c> answers them: by kind and id, workspaces left out.</summary>
    public JsonObject ToAnswer()
    {
        var answer = new JsonObject();
        foreach (var (schema, entities) in Collections.Where(c => c.Schema.Name is not Workspaces))
        {
            answer[schema.Name] = new JsonObject(entities.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Id.ToString(), e.Row.DeepClone())));
        }

        return answer;
    }

    /// <summary>A row in the form in which it is kept: passwords hashed, references whole.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="entity">The entity.</param>
    public JsonObject Kept(EntitySchema schema, DeclaredEntity entity)
    {
        var row = (JsonObject)entity.Row.DeepClone();
        if (Transforms)
        {
            Transformation.Apply(schema, row, entity.Row);
        }

        return row;
    }

    private JsonObject Kept(EntitySchema schema, DeclaredEntity entity, Guid workspace)
    {
        var row = Kept(schema, entity);
        foreach (var (name, _) in schema.ForeignFields)
        {
            row[name] = row[name]?["id"]?.DeepClone();
        }

        if (entity.Ttl is { } ttl)
        {
            row["ttl"] = ttl;
        }

        if (schema.Workspaceable)
        {
            row[WorkspaceField] = entity.Workspace ?? workspace.ToString();
        }

        return row;
    }

    /// <summary>Writes the workspaces, with the default one added when none is called so.</summary>
    private Guid WriteWorkspaces(Utf8JsonWriter json, TimeProvider time)
    {
        var given = Collections.FirstOrDefault(c => c.Schema.Name is Workspaces)?.Entities ?? [];
        foreach (var entity in given)
        {
            entity.Row.WriteTo(json, Wire.Options);
        }

        if (given.FirstOrDefault(w => Json.String(w.Row["name"]) is "default") is { } own)
        {
            return own.Id;
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        new JsonObject { ["id"] = DefaultWorkspace.ToString(), ["name"] = "default", ["created_at"] = now, ["updated_at"] = now, ["meta"] = new JsonObject(), ["config"] = new JsonObject() }
            .WriteTo(json, Wire.Options);
        return DefaultWorkspace;
    }

    private static long? Ttl(DeclaredRow row) => row.Schema.Ttl && Json.Number(row.Item["ttl"]) is > 0 and var ttl ? (long)ttl : null;
}

/// <summary>The entities of one kind.</summary>
/// <param name="Schema">The kind.</param>
/// <param name="Entities">The entities.</param>
public sealed record DeclaredCollection(EntitySchema Schema, IReadOnlyList<DeclaredEntity> Entities);

/// <summary>One entity.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Row">The complete row, with references as objects and with fields as they were written.</param>
/// <param name="Workspace">The workspace's id that is written with it, or null.</param>
/// <param name="Ttl">The seconds after which it expires, or null for never.</param>
public sealed record DeclaredEntity(Guid Id, JsonObject Row, string? Workspace, long? Ttl);
