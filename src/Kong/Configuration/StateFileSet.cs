using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Entities.Declarative;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>Files that together are one configuration, and where in them each entity stands.</summary>
internal sealed partial class StateFileSet
{
    private static readonly string[] _endings = [".yaml", ".yml", ".json"];
    private readonly Dictionary<string, List<(string File, int Entry)>> _origins = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    private StateFileSet()
    {
    }

    /// <summary>All that they say.</summary>
    public JsonObject Document { get; } = [];

    /// <summary>Reads them.</summary>
    /// <param name="names">Files, folders of files, and <c>-</c> for the standard input.</param>
    /// <param name="template">Fills in variables.</param>
    /// <exception cref="ConfigFailure">Something cannot be read; all of it is named.</exception>
    public static StateFileSet Read(IReadOnlyList<string> names, FileTemplate template)
    {
        var set = new StateFileSet();
        foreach (var file in names.SelectMany(set.Files))
        {
            set.Add(file, template);
        }

        PluginConfigs.Expand(set.Document, set._errors);
        return set._errors.Count is 0 ? set : throw new ConfigFailure(string.Join('\n', set._errors));
    }

    /// <summary>Errors of the document, told of the files: the third service may be the first of the second file.</summary>
    /// <param name="lines">The errors.</param>
    public string Located(string lines)
    {
        var files = _origins.Values.SelectMany(o => o).Select(o => o.File).Distinct().ToList();
        return files.Count < 2 ? $"{string.Join(", ", files)}{(files.Count is 0 ? "" : ": ")}{lines}" : Entry().Replace(lines, entry =>
            _origins.GetValueOrDefault(entry.Groups["kind"].Value) is { } origins && int.Parse(entry.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture) - 1 is var at && at < origins.Count
                ? $"  - in entry {origins[at].Entry} of '{entry.Groups["kind"].Value}' in {origins[at].File}:"
                : entry.Value);
    }

    private IEnumerable<string> Files(string name)
    {
        if (name is "-" || !Directory.Exists(name))
        {
            return [name];
        }

        var files = Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories).Where(f => _endings.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).ToList();
        if (files.Count is 0)
        {
            _errors.Add($"{name}: there is no file of YAML or JSON in this folder");
        }

        return files;
    }

    private void Add(string file, FileTemplate template)
    {
        var bad = new List<string>();
        var text = template.Fill(file is "-" ? Console.In.ReadToEnd() : File.ReadAllText(file), bad);
        _errors.AddRange(bad.Select(b => $"{file}: {b}"));
        if (bad.Count > 0)
        {
            return;
        }

        if (DeclarativeText.Read(text, out var error, file is "-" ? null : file) is not { } document)
        {
            _errors.Add($"{file}: {error}");
            return;
        }

        foreach (var (key, value) in document.ToArray())
        {
            document.Remove(key);
            if (value is JsonArray list)
            {
                (_origins.TryGetValue(key, out var origins) ? origins : _origins[key] = []).AddRange(list.Select((_, i) => (file, i + 1)));
            }

            Merge(file, key, value);
        }
    }

    private void Merge(string file, string key, JsonNode? value)
    {
        switch (Document[key], value)
        {
            case (JsonArray all, JsonArray more):
                foreach (var item in more.ToArray())
                {
                    more.Remove(item);
                    all.Add(item);
                }

                break;
            case (JsonObject all, JsonObject more) when key is "_plugin_configs":
                foreach (var (name, config) in more)
                {
                    all[name] = config?.DeepClone();
                }

                break;
            case var (there, _) when Document.ContainsKey(key) && !Json.Same(there, value):
                _errors.Add($"{file}: '{key}' is another one than in the files before");
                break;
            default:
                Document[key] = value;
                break;
        }
    }

    [GeneratedRegex(@"^  - in entry (?<number>\d+) of '(?<kind>\w+)':", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
