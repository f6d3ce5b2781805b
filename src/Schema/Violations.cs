using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>Everything that is wrong with a document, in a tree of the document's own shape.</summary>
public sealed class Violations
{
    private const string EntityKey = "@entity";
    private readonly JsonObject _fields = [];

    /// <summary>The tree: field to message, list by position with null holes, or nested tree; <c>@entity</c> lists what concerns a record as a whole.</summary>
    public JsonObject Fields => _fields;

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsEmpty => _fields.Count is 0;

    /// <summary>The one-line summary: entity violations first, then the fields by name.</summary>
    public string Message
    {
        get
        {
            var parts = Parts().ToArray();
            return parts.Length is 1 ? $"schema violation ({parts[0]})" : $"{parts.Length} schema violations ({string.Join("; ", parts)})";
        }
    }

    /// <summary>Whether something is reported at that path.</summary>
    /// <param name="path">The dotted path.</param>
    public bool Has(string path) => Json.At(_fields, path) is not null;

    /// <summary>Whether what is reported at that path concerns the value as a whole, rather than something within.</summary>
    /// <param name="path">The dotted path.</param>
    public bool IsMessage(string path) => Json.At(_fields, path) is JsonValue;

    /// <summary>Reports what is wrong at a field.</summary>
    /// <param name="name">The field.</param>
    /// <param name="error">A message, a list by position, or a nested tree.</param>
    public void Add(string name, JsonNode error) => _fields[name] = error;

    /// <summary>Reports a violation of the record as a whole.</summary>
    /// <param name="message">The message.</param>
    public void AddEntity(string message)
    {
        if (_fields[EntityKey] is not JsonArray list)
        {
            _fields[EntityKey] = list = [];
        }

        list.Add(message);
    }

    /// <summary>Reports a message at a dotted path, in place of what stands there.</summary>
    /// <param name="path">The path.</param>
    /// <param name="message">The message.</param>
    public void AddAt(string path, string message)
    {
        var parts = path.Split('.');
        var node = _fields;
        foreach (var part in parts[..^1])
        {
            if (node[part] is JsonValue)
            {
                return;
            }

            if (node[part] is not JsonObject next)
            {
                node[part] = next = [];
            }

            node = next;
        }

        node[parts[^1]] = message;
    }

    private IEnumerable<string> Parts()
    {
        foreach (var message in _fields[EntityKey] as JsonArray ?? [])
        {
            yield return Json.Text(message);
        }

        foreach (var (name, error) in _fields.Where(f => f.Key is not EntityKey).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            switch (error)
            {
                case JsonObject tree:
                    foreach (var (inner, value) in tree.OrderBy(f => f.Key, StringComparer.Ordinal))
                    {
                        yield return $"{name}.{inner}: {LuaTable.Print(value)}";
                    }

                    break;
                case JsonArray list:
                    for (var i = 0; i < list.Count; i++)
                    {
                        if (list[i] is { } element)
                        {
                            yield return $"{name}.{i + 1}: {LuaTable.Print(element)}";
                        }
                    }

                    break;
                default:
                    yield return $"{name}: {Json.Text(error)}";
                    break;
            }
        }
    }

    /// <summary>Prints nested errors as Kong does, as an indented Lua table.</summary>
    private static class LuaTable
    {
        public static string Print(JsonNode? node) => Print(node, 1);

        private static string Print(JsonNode? node, int depth)
        {
            if (node is not (JsonObject or JsonArray))
            {
                return depth is 1 ? Json.Text(node) : $"\"{Json.Text(node)}\"";
            }

            var indent = new string(' ', depth * 2);
            var lines = node is JsonArray list
                ? list.Select((value, i) => (Key: list.Take(i).Any(v => v is null) ? $"[{i + 1}] = " : string.Empty, Value: value)).Where(l => l.Value is not null)
                : ((JsonObject)node).OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => (Key: $"{Name(f.Key)} = ", f.Value));
            var body = new StringBuilder("{\n").AppendJoin(",\n", lines.Select(l => $"{indent}{l.Key}{Print(l.Value, depth + 1)}"));
            return body.Append('\n').Append(indent[2..]).Append('}').ToString();
        }

        private static string Name(string key) => key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_') && !char.IsAsciiDigit(key[0]) ? key : $"[\"{key}\"]";
    }
}
