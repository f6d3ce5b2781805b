using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>Tells a person what changes, in colour where the terminal has it.</summary>
/// <param name="output">Where to.</param>
/// <param name="colour">Whether to use colours.</param>
internal sealed class ChangePrinter(TextWriter output, bool colour)
{
    private const int MaxValue = 160;

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

    private void Print(string sign, int shade, FieldDifference difference, System.Text.Json.Nodes.JsonNode? value)
    {
        if (value is null)
        {
            return;
        }

        var text = difference.IsSecret ? "(secret)" : value.ToJsonString(Wire.Options);
        output.WriteLine(Painted($"  {sign} {difference.Path}: {(text.Length > MaxValue ? text[..MaxValue] + "..." : text)}", shade));
    }

    private string Painted(string text, int shade) => colour ? $"\u001b[{shade}m{text}\u001b[0m" : text;
}
