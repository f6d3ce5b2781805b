using System.Text.Json.Nodes;
using Gateway.Manager.Forms;

namespace Gateway.Manager.Catalog;

/// <summary>How a list shows a value.</summary>
public enum CellStyle
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>The entity's own name, which opens it.</summary>
    Name,

    /// <summary>Monospaced text: hosts, paths, ids.</summary>
    Code,

    /// <summary>Several short values.</summary>
    List,

    /// <summary>A moment, as the time since.</summary>
    Time,

    /// <summary>On or off.</summary>
    Enabled,

    /// <summary>Another entity, by its name.</summary>
    Foreign,

    /// <summary>The address that a service leads to.</summary>
    ServiceUrl,

    /// <summary>What a plugin applies to.</summary>
    Scope,

    /// <summary>The subject of a PEM certificate, and how long it lasts.</summary>
    Certificate,
}

/// <summary>A column of a list.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Field">The entity's field.</param>
/// <param name="Style">How the value is shown.</param>
/// <param name="Sortable">Whether the list can be ordered by it.</param>
/// <param name="Wide">Whether it is left out where there is little room.</param>
public sealed record Column(string Title, string Field, CellStyle Style = CellStyle.Text, bool Sortable = true, bool Wide = false);

/// <summary>A group of fields of a form.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Lead">One sentence about it.</param>
/// <param name="Fields">The fields, in order.</param>
/// <param name="Folded">Whether it starts closed.</param>
public sealed record FormSection(string Title, string Lead, IReadOnlyList<string> Fields, bool Folded = false);

/// <summary>A collection below an entity, shown as a tab.</summary>
/// <param name="Kind">The kind of its members.</param>
/// <param name="ParentField">The field of a member that leads back here.</param>
/// <param name="GoesWithIt">Whether deleting the parent deletes the members; otherwise they forbid it.</param>
public sealed record ChildList(string Kind, string ParentField, bool GoesWithIt);

/// <summary>What the Manager knows about a kind of entity beyond its schema: words, columns, sections, neighbours.</summary>
public sealed record EntityKind
{
    /// <summary>The collection's path at the Admin API, and the page's.</summary>
    public required string Path { get; init; }

    /// <summary>One of them, in a sentence.</summary>
    public required string Singular { get; init; }

    /// <summary>Several of them, as a heading.</summary>
    public required string Plural { get; init; }

    /// <summary>Several of them, in a sentence; abbreviations keep their capitals.</summary>
    public string Many => char.IsUpper(Plural[1]) ? Plural : char.ToLowerInvariant(Plural[0]) + Plural[1..];

    /// <summary>The name of the icon.</summary>
    public required string Icon { get; init; }

    /// <summary>One sentence that tells a newcomer what they are for.</summary>
    public required string Lead { get; init; }

    /// <summary>The schema's name where it differs from the path.</summary>
    public string? SchemaName { get; init; }

    /// <summary>The fields that may name an entity, the first that is set wins.</summary>
    public IReadOnlyList<string> NameFields { get; init; } = ["name"];

    /// <summary>The columns of its list.</summary>
    public required IReadOnlyList<Column> Columns { get; init; }

    /// <summary>The sections of its form; what they do not name comes last, folded.</summary>
    public IReadOnlyList<FormSection> Sections { get; init; } = [];

    /// <summary>The collections below it.</summary>
    public IReadOnlyList<ChildList> Children { get; init; } = [];

    /// <summary>For a kind that exists only below another: the field that leads to the parent.</summary>
    public string? OwnerField { get; init; }

    /// <summary>The collection's path below its owner where it differs from <see cref="Path"/>.</summary>
    public string? NestedPath { get; init; }

    /// <summary>Whether a field means anything for an entity as filled in so far.</summary>
    public Func<string, JsonObject, bool> Applies { get; init; } = (_, _) => true;

    /// <summary>What must be filled in together, said before it is missed.</summary>
    public Func<JsonObject, string?> Hint { get; init; } = _ => null;

    /// <summary>The name to show for an entity: what it is called, whom its certificate names, or the start of its id.</summary>
    public string NameOf(JsonObject entity) =>
        NameFields.Select(field => entity[field]).OfType<JsonValue>().Select(value => value.ToString()).FirstOrDefault(text => text.Length > 0)
        ?? CertificateSummary.Read(entity["cert"]?.ToString())?.Name
        ?? ((string?)entity["id"] is { } id ? id[..Math.Min(8, id.Length)] : $"New {Singular}");

    /// <summary>The Manager's page of an entity.</summary>
    public string Link(JsonObject entity) => OwnerField is null
        ? $"/{Path}/{(string?)entity["id"]}"
        : $"/{Path}/{(string?)entity["id"]}?{OwnerField}={(string?)entity[OwnerField]?["id"]}";

    /// <summary>The collection at the Admin API.</summary>
    /// <param name="owner">The owner's id, for a kind that exists only below another.</param>
    public string CollectionPath(string? owner = null) =>
        OwnerField is null || owner is null ? Path : $"{EntityKinds.OwnerOf(this).Path}/{Uri.EscapeDataString(owner)}/{NestedPath ?? Path}";
}
