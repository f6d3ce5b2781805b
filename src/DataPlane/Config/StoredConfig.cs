using Gateway.Sync;

namespace Gateway.DataPlane.Config;

/// <summary>What the store knows of the configuration that it holds.</summary>
/// <param name="Hash">The hash that the plane reports; zeros when the configuration holds nothing but workspaces.</param>
/// <param name="Hashes">The hashes as they were received.</param>
/// <param name="DefaultWorkspace">The workspace that values are looked up in.</param>
/// <param name="Rows">How many rows it has.</param>
public sealed record StoredConfig(string Hash, ConfigHashes Hashes, Guid DefaultWorkspace, int Rows);

/// <summary>One row on its way into the store.</summary>
internal sealed record StoredRow
{
    /// <summary>The collection.</summary>
    public required string Entity { get; init; }

    /// <summary>The row's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The workspace in which its unique values count.</summary>
    public required Guid Workspace { get; init; }

    /// <summary>When it expires, in Unix seconds; 0 for never.</summary>
    public long Expires { get; init; }

    /// <summary>Tells what the row was read from.</summary>
    public byte[] Stamp { get; init; } = new byte[RowStamp.Size];

    /// <summary>The complete row: UTF-8 JSON.</summary>
    public required byte[] Json { get; init; }

    /// <summary>The values by which it can be found.</summary>
    public IReadOnlyList<UniqueValue> Uniques { get; init; } = [];

    /// <summary>The rows that it refers to.</summary>
    public IReadOnlyList<ForeignValue> Foreigns { get; init; } = [];
}

/// <summary>A value that only one row holds.</summary>
/// <param name="Field">The field's name on the wire.</param>
/// <param name="Value">The value.</param>
/// <param name="Workspace">The workspace in which it is unique.</param>
internal readonly record struct UniqueValue(string Field, string Value, Guid Workspace);

/// <summary>A reference to another row.</summary>
/// <param name="Field">The field's name on the wire.</param>
/// <param name="Reference">The collection referred to.</param>
/// <param name="Id">The id referred to.</param>
internal readonly record struct ForeignValue(string Field, string Reference, Guid Id);
