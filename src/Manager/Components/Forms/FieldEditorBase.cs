using System.Text.Json.Nodes;
using Gateway.Manager.Forms;
using Microsoft.AspNetCore.Components;

namespace Gateway.Manager.Components.Forms;

/// <summary>What every editor of a value has.</summary>
public abstract class FieldEditorBase : ComponentBase
{
    /// <summary>The field's schema.</summary>
    [Parameter, EditorRequired] public FieldSchema Field { get; set; } = default!;

    /// <summary>The value now; null when nothing is said.</summary>
    [Parameter] public JsonNode? Value { get; set; }

    /// <summary>Tells the new value; null empties the field.</summary>
    [Parameter] public EventCallback<JsonNode?> ValueChanged { get; set; }

    /// <summary>What the Admin API found wrong.</summary>
    [Parameter] public FieldProblems Problems { get; set; } = FieldProblems.None;

    /// <summary>The id of the input, unique on the page.</summary>
    [Parameter, EditorRequired] public string Id { get; set; } = "";

    /// <summary>The accessible name where no label points at the input.</summary>
    [Parameter] public string? Label { get; set; }

    /// <summary>Whether something is wrong, as ARIA writes it.</summary>
    protected string? Invalid => Problems.Any ? "true" : null;

    /// <summary>The ids of the texts that describe the input.</summary>
    protected string DescribedBy => $"{Id}-help {Id}-problem";

    /// <summary>Tells a new value.</summary>
    protected Task SetAsync(JsonNode? value) => ValueChanged.InvokeAsync(value);
}
