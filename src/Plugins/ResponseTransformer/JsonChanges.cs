using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Plugins.Common;
using Gateway.Schema;

namespace Gateway.Plugins.ResponseTransformer;

/// <summary>What is changed of a JSON body.</summary>
internal sealed class JsonChanges
{
    private readonly IReadOnlyList<string> _remove;
    private readonly (string Old, string Name)[] _rename;
    private readonly (string Name, JsonNode Value)[] _replace;
    private readonly (string Name, JsonNode Value)[] _add;
    private readonly (string Name, JsonNode Value)[] _append;

    /// <summary>Reads a configuration.</summary>
    public JsonChanges(ResponseTransformerConfig config)
    {
        _remove = config.Remove.Json;
        _rename = [.. config.Rename.Json.Select(Pairs.Of)];
        _replace = Typed(config.Replace.Json, config.Replace.JsonTypes);
        _add = Typed(config.Add.Json, config.Add.JsonTypes);
        _append = Typed(config.Append.Json, config.Append.JsonTypes);
    }

    /// <summary>Whether nothing is changed.</summary>
    public bool IsEmpty => _remove.Count + _rename.Length + _replace.Length + _add.Length + _append.Length is 0;

    /// <summary>The changed body; null when it is no JSON object.</summary>
    public ReadOnlyMemory<byte>? Apply(ReadOnlyMemory<byte> body)
    {
        if (!Json.TryParse(body, out var node) || node is not JsonObject document)
        {
            return null;
        }

        foreach (var name in _remove)
        {
            document.Remove(name);
        }

        foreach (var (old, name) in _rename.Where(r => r.Name.Length > 0))
        {
            if (document.Remove(old, out var value))
            {
                document[name] = value;
            }
        }

        foreach (var (name, value) in _replace.Where(r => document.ContainsKey(r.Name)))
        {
            document[name] = value.DeepClone();
        }

        foreach (var (name, value) in _add.Where(a => !document.ContainsKey(a.Name)))
        {
            document[name] = value.DeepClone();
        }

        foreach (var (name, value) in _append)
        {
            document[name] = document[name] switch
            {
                null => new JsonArray(value.DeepClone()),
                JsonArray list => new JsonArray([.. list.Select(n => n?.DeepClone()), value.DeepClone()]),
                var one => new JsonArray(one.DeepClone(), value.DeepClone()),
            };
        }

        return JsonSerializer.SerializeToUtf8Bytes(document, Wire.Options);
    }

    // A value that is not of its type changes nothing.
    private static (string Name, JsonNode Value)[] Typed(IReadOnlyList<string> pairs, IReadOnlyList<string> types) =>
        [.. pairs.Select(Pairs.Of).Select((p, i) => (p.Name, Value: Value(p.Value, types.ElementAtOrDefault(i)))).Where(p => p.Value is not null).Select(p => (p.Name, p.Value!))];

    /// <summary>A value of the wanted type; null when the text is not of it.</summary>
    private static JsonNode? Value(string text, string? type) => type switch
    {
        "boolean" => text is "true",
        "number" => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Json.FromDouble(number) : null,
        _ => text,
    };
}
