using System.Text.Json.Nodes;

namespace Gateway.Entities;

/// <summary>What happened to an entity: the unit of the change log and of synchronisation.</summary>
/// <param name="Kind">The collection's name.</param>
/// <param name="Id">The entity's id.</param>
/// <param name="Workspace">The workspace's id, or null for entities outside workspaces.</param>
/// <param name="Operation">What happened.</param>
/// <param name="Body">The entity after it, or null when it was deleted.</param>
public sealed record Change(string Kind, Guid Id, Guid? Workspace, ChangeOperation Operation, JsonObject? Body);

/// <summary>What may happen to an entity.</summary>
public enum ChangeOperation
{
    /// <summary>It came to be, or was replaced or changed.</summary>
    Upsert,

    /// <summary>It was deleted.</summary>
    Delete,
}

/// <summary>A version of the configuration: the transaction that changed it, and the change's number within the log.</summary>
/// <param name="Transaction">PostgreSQL's 64-bit transaction id.</param>
/// <param name="Sequence">The change's number.</param>
public readonly record struct ConfigVersion(ulong Transaction, long Sequence) : IComparable<ConfigVersion>
{
    /// <inheritdoc/>
    public int CompareTo(ConfigVersion other) => Transaction != other.Transaction ? Transaction.CompareTo(other.Transaction) : Sequence.CompareTo(other.Sequence);

    /// <summary>Whether the left version is the older one.</summary>
    /// <param name="left">One version.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(ConfigVersion left, ConfigVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left version is the newer one.</summary>
    /// <param name="left">One version.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(ConfigVersion left, ConfigVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left version is not the newer one.</summary>
    /// <param name="left">One version.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(ConfigVersion left, ConfigVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left version is not the older one.</summary>
    /// <param name="left">One version.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(ConfigVersion left, ConfigVersion right) => left.CompareTo(right) >= 0;
}
