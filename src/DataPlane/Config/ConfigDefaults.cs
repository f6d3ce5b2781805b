namespace Gateway.DataPlane.Config;

/// <summary>What holds for a configuration that does not say otherwise.</summary>
internal static class ConfigDefaults
{
    /// <summary>The workspace of a document without workspaces; the original has the same.</summary>
    public static Guid Workspace { get; } = new("0dc6f45b-8f8d-40d2-a504-473544ee190b");
}
