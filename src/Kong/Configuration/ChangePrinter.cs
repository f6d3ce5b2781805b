using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>Tells a person what changes, in colour where the terminal has it.</summary>
/// <param name="output">Where to.</param>
/// <param name="colour">Whether to use colours.</param>
/// <param name="hidden">Values that are not shown, wherever they stand.</param>
internal sealed class ChangePrinter(TextWriter output, bool colour, IReadOnlyCollection<string> hidden)
{
    private const int MaxValue = 160;
    private const string Secret = "(secret)";
    private const string Masked = "[masked]";

    private static readonly (StateAction Action, string Verb, string Done, int Colour)[] _words =
    [
        (StateAction.Create, "creating", "Created", 32),
        (StateAction.Update, "updating", "Updated", 33),
        (StateAction.Delete, "deleting", "Deleted", 31),
    ];

    /// <summary>Writes every change, with the old and the new value of each field of an update.</summary>
    public void Print(IEnumerable<StateChange> changes)
    {
        foreach (var change in changes)
        {
            var (_, verb, _, shade) = _words.First(w => w.Action == change.Action);
            output.WriteLine($"{Painted(verb, shade)} {change.Title}");
            foreach (var difference in change.Differences)
            {
                Print("-", 31, difference, difference.Old);
                Print("+", 32, difference, difference.New);
            }
        }
    }

    /// <summary>Writes how many entities change.</summary>
    public void Summarise(IReadOnlyCollection<StateChange> changes)
    {
        output.WriteLine("Summary:");
        foreach (var (action, _, done, _) in _words)
        {
            output.WriteLine($"  {done}: {changes.Count(c => c.Action == action)}");
        }
    }

    /// <summary>Writes every change with the whole entities, and what was refused, as one object of JSON.</summary>
    public void PrintJson(IReadOnlyCollection<StateChange> changes, IReadOnlyList<string> refused)
    {
        var (listed, summary) = (new JsonObject(), new JsonObject());
        foreach (var (action, verb, _, _) in _words)
        {
            listed[verb] = new JsonArray([.. changes.Where(c => c.Action == action).Select(c => (JsonNode)new JsonObject
            {
                ["name"] = c.Title,
                ["kind"] = c.Kind.Name,
                ["body"] = new JsonObject { ["new"] = Shown(c.Kind, c.Wanted), ["old"] = Shown(c.Kind, c.Current) },
            })]);
            summary[verb] = changes.Count(c => c.Action == action);
        }

        summary["total"] = changes.Count;
        output.WriteLine(new JsonObject
        {
            ["changes"] = listed,
            ["summary"] = summary,
            ["warnings"] = new JsonArray(),
            ["errors"] = new JsonArray([.. refused.Select(r => (JsonNode)r)]),
        }.ToJsonString(new JsonSerializerOptions(Wire.Options) { WriteIndented = true }));
    }

    private JsonObject? Shown(EntitySchema kind, JsonObject? row) => row is null ? null : Shown(kind, StateKinds.VariantOf(kind, row), row, name => StateKinds.IsSecret(kind, name));

    private JsonObject Shown(RecordSchema record, RecordSchema? variant, JsonObject row, Predicate<string> isSecret) => new(row.Select(p =>
    {
        var field = variant?.Field(p.Key) ?? record.Field(p.Key);
        return KeyValuePair.Create(p.Key, p.Value switch
        {
            null => null,
            _ when isSecret(p.Key) || field is { Encrypted: true } || field?.Elements is { Encrypted: true } => (JsonNode)Secret,
            JsonObject nested when field?.Record is { } inner => Shown(inner, null, nested, static _ => false),
            var value => Shown(value),
        });
    }));

    /// <summary>A value without what is hidden.</summary>
    private JsonNode Shown(JsonNode value) => value switch
    {
        JsonObject map => new JsonObject(map.Select(p => KeyValuePair.Create(p.Key, p.Value is null ? null : Shown(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(v => v is null ? null : Shown(v))]),
        _ when Json.String(value) is { } text => hidden.Aggregate(text, (rest, h) => rest.Replace(h, Masked, StringComparison.Ordinal)),
        _ => hidden.Contains(value.ToJsonString(Wire.Options)) ? Masked : value.DeepClone(),
    };

    private void Print(string sign, int shade, FieldDifference difference, JsonNode? value)
    {
        if (value is null)
        {
            return;
        }

        var text = difference.IsSecret ? Secret : Shown(value).ToJsonString(Wire.Options);
        output.WriteLine(Painted($"  {sign} {difference.Path}: {(text.Length > MaxValue ? text[..MaxValue] + "..." : text)}", shade));
    }

    private string Painted(string text, int shade) => colour ? $"\u001b[{shade}m{text}\u001b[0m" : text;
}
