using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>What a document is read for.</summary>
public enum ParseMode
{
    /// <summary>A new entity: defaults and automatic values are filled in.</summary>
    Insert,

    /// <summary>A whole entity that replaces one or becomes new: as a new one.</summary>
    Upsert,

    /// <summary>Some fields of an existing entity: they are laid over it.</summary>
    Update,

    /// <summary>A stored or synchronised row: its times stay, references may be plain ids, needed values that are null take their defaults.</summary>
    Load,
}

/// <summary>How a document is read.</summary>
public sealed record ParseOptions
{
    /// <summary>What the document is read for.</summary>
    public required ParseMode Mode { get; init; }

    /// <summary>The row to lay an update over.</summary>
    public JsonObject? Current { get; init; }

    /// <summary>Whether the document is of no use to the caller afterwards, so that no copy has to be made of it.</summary>
    public bool MayChangeInput { get; init; }

    /// <summary>The clock that fills times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Finds the schema of an entity that a reference names, so that what a reference says beside the id can be judged; null judges ids alone.</summary>
    public Func<string, EntitySchema?>? Entities { get; init; }
}

/// <summary>A parsed row, or everything that is wrong with the document.</summary>
/// <param name="Value">The complete row: every declared field is there, unset ones as null.</param>
/// <param name="Violations">What is wrong; null when nothing is.</param>
public sealed record ParseResult(JsonObject? Value, Violations? Violations);
