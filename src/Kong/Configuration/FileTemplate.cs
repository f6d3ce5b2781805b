using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Kong.Configuration;

/// <summary>Puts variables of the environment where a file says <c>${{ env "DECK_X" }}</c>, as decK does: into the text, before it is read.</summary>
/// <param name="environment">The variables.</param>
internal sealed partial class FileTemplate(IReadOnlyDictionary<string, string> environment)
{
    private const string Prefix = "DECK_";

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The values that were put in, which nobody wants to see printed.</summary>
    public IReadOnlyCollection<string> Used => _used;

    /// <summary>Fills in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="errors">Gets what cannot be filled in, with the line.</param>
    public string Fill(string text, ICollection<string> errors) => Action().Replace(text, action =>
    {
        var line = 1 + text.AsSpan(0, action.Index).Count('\n');
        if (Pipeline().Match(action.Groups["body"].Value) is not { Success: true } pipeline)
        {
            errors.Add($"line {line}: '{action.Value}' is not of the form ${{{{ env \"{Prefix}X\" }}}}");
            return "";
        }

        var name = pipeline.Groups["name"].Value;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            errors.Add($"line {line}: environment variables in the state file must be prefixed with '{Prefix}', found: '{name}'");
            return "";
        }

        if (environment.GetValueOrDefault(name) is not { } value)
        {
            errors.Add($"line {line}: environment variable '{name}' present in state file but not set");
            return "";
        }

        if (value.Length > 0)
        {
            _used.Add(value);
        }

        foreach (var step in pipeline.Groups["step"].Captures.Select(c => c.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Through(step, value) is not { } next)
            {
                errors.Add($"line {line}: '{name}' cannot go through '{string.Join(' ', step)}'");
                return "";
            }

            value = next;
        }

        return value;
    });

    private static string? Through(string[] step, string value) => step switch
    {
        ["toInt"] => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : null,
        ["toFloat"] => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : null,
        ["toBool"] => value.ToLowerInvariant() switch { "true" or "t" or "1" => "true", "false" or "f" or "0" => "false", _ => null },
        // As in a block of YAML: each line has so many blanks before it.
        ["indent", var blanks] when int.TryParse(blanks, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 100 => string.Join('\n', value.Split('\n').Select(l => new string(' ', count) + l)),
        _ => null,
    };

    [GeneratedRegex(@"\$\{\{(?<body>[^{}]*)\}\}")]
    private static partial Regex Action();

    [GeneratedRegex("""^\s*env\s+["`](?<name>[^"`]*)["`]\s*(?:\|\s*(?<step>[^|]+?)\s*)*$""")]
    private static partial Regex Pipeline();
}
