namespace Gateway.DataPlane.Sync;

/// <summary>The identity of this data plane, which outlives its restarts.</summary>
public static class NodeId
{
    /// <summary>Reads the id from the file <c>kong.id</c>, or writes a new one there when there is none that is valid.</summary>
    /// <param name="prefix">The folder of this node's files.</param>
    /// <param name="configured">The id that the settings give (<c>node_id</c>); it goes before the file.</param>
    public static Guid LoadOrCreate(string prefix, Guid? configured = null)
    {
        if (configured is { } given)
        {
            return given;
        }

        var file = Path.Combine(prefix, "kong.id");
        if (File.Exists(file) && Guid.TryParse(File.ReadAllText(file).Trim(), out var id))
        {
            return id;
        }

        id = Guid.NewGuid();
        Directory.CreateDirectory(prefix);
        File.WriteAllText(file, id.ToString());
        return id;
    }
}
