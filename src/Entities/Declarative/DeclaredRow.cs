using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>One entity of a document on its way to a row.</summary>
internal sealed class DeclaredRow
{
    public required EntitySchema Schema { get; init; }

    public required Place Place { get; init; }

    /// <summary>The entity as it is written.</summary>
    public required JsonObject Item { get; init; }

    /// <summary>The entity that it is nested in, or null.</summary>
    public DeclaredRow? Parent { get; init; }

    /// <summary>The field that refers to the entity around it, or null at the top.</summary>
    public string? ParentField { get; init; }

    public Guid Id { get; set; }

    /// <summary>Whether the id is written or derived, and so the same each time.</summary>
    public bool IsIdKnown { get; set; }

    /// <summary>The fields to be parsed: without what is nested, with the id and with references as objects.</summary>
    public required JsonObject Input { get; init; }

    /// <summary>The references that are written, by name or id; what leads to the entity around it is none.</summary>
    public List<(string Field, string Kind, JsonNode Value)> References { get; } = [];

    /// <summary>The complete row, once it is parsed.</summary>
    public JsonObject? Row { get; set; }

    /// <summary>What is wrong with it, once it is parsed.</summary>
    public Violations? Violations { get; set; }

    /// <summary>The workspace that is written, or null.</summary>
    public string? Workspace => Json.String(Item["ws_id"]);
}
