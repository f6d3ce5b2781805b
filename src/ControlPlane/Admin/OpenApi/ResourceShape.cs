using Gateway.Schema;

namespace Gateway.ControlPlane.Admin.OpenApi;

/// <summary>What the rows behind a path are.</summary>
internal enum ShapeKind
{
    /// <summary>All rows of a kind, or those below a parent.</summary>
    Collection,

    /// <summary>One row.</summary>
    Item,
}

/// <summary>What a path of entities reads and writes.</summary>
/// <param name="Kind">How many rows.</param>
/// <param name="Entity">Their schema.</param>
/// <param name="Parent">The entity before it in the path, or null.</param>
internal sealed record ResourceShape(ShapeKind Kind, EntitySchema Entity, EntitySchema? Parent = null);
