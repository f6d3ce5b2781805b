using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;

namespace Gateway.Manager.Forms;

/// <summary>What the Admin API found wrong with a field, and below it.</summary>
public sealed class FieldProblems
{
    private readonly JsonNode? _node;

    private FieldProblems(JsonNode? node)
    {
        _node = node;
    }

    /// <summary>Nothing wrong.</summary>
    public static FieldProblems None { get; } = new(null);

    /// <summary>Whether anything is wrong here or below.</summary>
    public bool Any => _node is not null;

    /// <summary>What is wrong with the field itself.</summary>
    public string? Text => _node switch
    {
        JsonValue value => value.ToString(),
        JsonObject fields when fields["@entity"] is JsonArray entity => string.Join("; ", entity.Select(e => e?.ToString())),
        _ => null,
    };

    /// <summary>Everything below, as one text: for an editor that shows no parts.</summary>
    public string? AllText => Text ?? (_node is null ? null : string.Join("; ", Flatten(_node)));

    /// <summary>Reads the violations of an answer.</summary>
    public static FieldProblems From(AdminAnswer answer) => new(answer.Fields is not { } fields ? null : (int?)(answer.Body?["code"] as JsonValue) switch
    {
        // These two name the value instead of saying what is wrong with it.
        5 => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)"is already taken"))),
        4 => new JsonObject(fields.Where(field => field.Key[0] != '@').Select(field => KeyValuePair.Create(field.Key, (JsonNode?)"does not exist"))),
        _ => fields.DeepClone(),
    });

    /// <summary>The problems of some fields alone.</summary>
    public FieldProblems Only(IReadOnlySet<string> names) => _node is not JsonObject fields || !fields.Any(field => names.Contains(field.Key)) ? None
        : new(new JsonObject(fields.Where(field => names.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))));

    /// <summary>The problems of a field of a record, or of a key of a map.</summary>
    public FieldProblems Of(string name) => _node is JsonObject fields && fields[name] is { } node ? new(node) : None;

    /// <summary>The problems of a position in a list.</summary>
    public FieldProblems At(int index) => _node switch
    {
        JsonArray items when index < items.Count && items[index] is { } node => new(node),
        // A sparse list may be written with its positions as keys, from one.
        JsonObject numbered when numbered[$"{index + 1}"] is { } node => new(node),
        _ => None,
    };

    /// <summary>What no field of the form can show.</summary>
    /// <param name="shown">The fields that the form shows.</param>
    public IEnumerable<string> Outside(IReadOnlySet<string> shown) => _node is not JsonObject fields ? [] :
        fields.Where(field => !shown.Contains(field.Key) && field.Value is not null)
            .SelectMany(field => field.Key == "@entity" ? Flatten(field.Value!) : Flatten(field.Value!).Select(text => $"{field.Key}: {text}"));

    private static IEnumerable<string> Flatten(JsonNode node) => node switch
    {
        JsonArray items => items.OfType<JsonNode>().SelectMany(Flatten),
        JsonObject fields => fields.Where(field => field.Value is not null).SelectMany(field => Flatten(field.Value!).Select(text => field.Key == "@entity" ? text : $"{field.Key}: {text}")),
        _ => [node.ToString()],
    };
}
