using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>Everything that is wrong with a declarative configuration, in Kong's shapes.</summary>
/// <param name="Fields">The tree: what is wrong, in the shape of the document.</param>
public sealed record DeclarativeErrors(JsonObject Fields)
{
    private const int Code = 14;
    private const string Unreadable = "error";

    /// <summary>The message of the Admin API.</summary>
    public string Message => MessageOf(Fields);

    /// <summary>What is wrong, one line each, indented by depth, for people at a terminal.</summary>
    public string Lines => Fields is { Count: 1 } && Json.String(Fields[Unreadable]) is { } reason ? reason : string.Join('\n', LinesOf(Fields, string.Empty, string.Empty));

    /// <summary>A text that cannot be read at all.</summary>
    /// <param name="reason">Why.</param>
    public static DeclarativeErrors NotReadable(string reason) => new(new JsonObject { [Unreadable] = reason });

    /// <summary>The answer of the Admin API.</summary>
    public JsonObject ToAnswer() => Answer(Fields);

    /// <summary>The answer of the Admin API with the errors listed per entity; what belongs to none stays in the tree.</summary>
    /// <param name="document">The document; what is taken out of it stands in the answer.</param>
    /// <param name="catalog">The declared entities.</param>
    public JsonObject ToFlattenedAnswer(JsonObject document, EntityCatalog catalog)
    {
        var rest = (JsonObject)Fields.DeepClone();
        var flattened = ErrorFlattener.Flatten(document, rest, new EntityRelations(catalog));
        var answer = Answer(rest);
        // An empty list is written as an empty object, for so do nodes that cannot tell them apart, and clients know it.
        answer["flattened_errors"] = flattened.Count is 0 ? new JsonObject() : flattened;
        return answer;
    }

    private static JsonObject Answer(JsonObject fields) => new()
    {
        ["message"] = MessageOf(fields),
        ["name"] = "invalid declarative configuration",
        ["code"] = Code,
        ["fields"] = fields.DeepClone(),
    };

    private static string MessageOf(JsonObject fields) => $"declarative config is invalid: {Table(fields)}";

    /// <summary>A tree as a Lua table in one line: keys sorted, lists without keys as far as they have no holes.</summary>
    private static string Table(JsonNode? node)
    {
        if (node is not (JsonObject or JsonArray))
        {
            return Quoted(Json.Text(node));
        }

        var parts = node is JsonArray list
            ? list.Select((value, i) => (Key: list.Take(i + 1).Any(v => v is null) ? $"[{i + 1}]=" : string.Empty, Value: value)).Where(p => p.Value is not null)
            : ((JsonObject)node).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => (Key: IsName(p.Key) ? $"{p.Key}=" : $"[{Quoted(p.Key)}]=", p.Value));
        return new StringBuilder("{").AppendJoin(',', parts.Select(p => p.Key + Table(p.Value))).Append('}').ToString();
    }

    private static string Quoted(string text) =>
        text.Contains('\n', StringComparison.Ordinal) ? $"[[\n{text}]]" : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static bool IsName(string key) => key.Length > 0 && !char.IsAsciiDigit(key[0]) && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_');

    private static IEnumerable<string> LinesOf(JsonNode node, string within, string indent)
    {
        var parts = node is JsonArray list
            ? list.Select((value, i) => (Title: string.Create(CultureInfo.InvariantCulture, $"- in entry {i + 1} of '{within}'"), Key: string.Empty, Value: value))
            : ((JsonObject)node).Select(p => (Title: $"in '{p.Key}'", p.Key, p.Value));
        foreach (var (title, key, value) in parts.Where(p => p.Value is not null))
        {
            if (value is JsonObject or JsonArray)
            {
                yield return $"{indent}{title}:";
                foreach (var line in LinesOf(value, key, indent + "  "))
                {
                    yield return line;
                }
            }
            else
            {
                yield return $"{indent}{title}: {Json.Text(value)}";
            }
        }
    }
}
