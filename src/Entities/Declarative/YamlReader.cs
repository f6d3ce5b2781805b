using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Entities.Declarative;

/// <summary>Reads one YAML document as JSON: plain scalars get the types of YAML 1.1, anchors are copied, merge keys are laid under.</summary>
internal sealed partial class YamlReader
{
    // Aliases of aliases make a short text an endless document; no real one comes near this.
    private const int MaxCopies = 1_000_000;
    private const int MaxDepth = 100;

    private readonly Parser _parser;
    private readonly Dictionary<string, (JsonNode? Node, int Size)> _anchors = new(StringComparer.Ordinal);
    private Mark _last = Mark.Empty;
    private int _nodes;
    private int _copies;

    private YamlReader(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>Reads the first document of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="error">What is wrong with it, with line and column, or null.</param>
    public static JsonNode? Read(string text, out string? error)
    {
        var reader = new YamlReader(text);
        error = null;
        try
        {
            reader.Next();
            return reader.Next() is DocumentStart ? reader.Node(reader.Next(), 0) : null;
        }
        catch (YamlException e)
        {
            error = $"{reader._last.Line}:{reader._last.Column}: {Problem(e.Message)}";
            return null;
        }
        catch (InvalidOperationException)
        {
            // The parser's own, on flow collections that never end.
            error = $"{reader._last.Line}:{reader._last.Column}: did not find expected ',' or the end of a collection";
            return null;
        }
    }

    /// <summary>Whether a plain scalar is read as the same text, here and by readers that know more types.</summary>
    /// <param name="text">The text.</param>
    public static bool IsText(string text) => text is not ("" or "y" or "Y" or "n" or "N" or "=" or "<<") && !Foreign().IsMatch(text) && Typed(text) is { } value && Gateway.Schema.Json.String(value) is not null;

    private ParsingEvent Next()
    {
        if (!_parser.MoveNext())
        {
            throw new YamlException("unexpected end of the document");
        }

        var current = _parser.Current!;
        _last = current.Start;
        return current;
    }

    private JsonNode? Node(ParsingEvent start, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException($"nested deeper than {MaxDepth} levels");
        }

        var before = _nodes;
        _nodes++;
        var node = start switch
        {
            AnchorAlias alias => Copy(alias.Value.Value),
            Scalar scalar => Value(scalar),
            SequenceStart => Sequence(depth),
            MappingStart => Mapping(depth),
            _ => throw new YamlException("did not find expected node content"),
        };
        if (start is NodeEvent { Anchor: { IsEmpty: false } anchor })
        {
            _anchors[anchor.Value] = (node?.DeepClone(), _nodes - before);
        }

        return node;
    }

    private JsonArray Sequence(int depth)
    {
        var list = new JsonArray();
        for (var next = Next(); next is not SequenceEnd; next = Next())
        {
            list.Add(Node(next, depth + 1));
        }

        return list;
    }

    private JsonObject Mapping(int depth)
    {
        var map = new JsonObject();
        List<JsonNode?>? merged = null;
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            if (next is not Scalar key)
            {
                throw new YamlException("a key must be a scalar");
            }

            var value = Node(Next(), depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                (merged ??= []).Add(value);
            }
            else
            {
                map[key.Value] = value;
            }
        }

        foreach (var under in (merged ?? []).SelectMany(m => m is JsonArray list ? list.ToArray() : [m]).OfType<JsonObject>())
        {
            foreach (var (name, value) in under.Where(p => !map.ContainsKey(p.Key)))
            {
                map[name] = value?.DeepClone();
            }
        }

        return map;
    }

    private JsonNode? Copy(string anchor)
    {
        if (!_anchors.TryGetValue(anchor, out var known))
        {
            throw new YamlException($"invalid reference: {anchor}");
        }

        _nodes += known.Size;
        _copies += known.Size;
        return _copies > MaxCopies ? throw new YamlException($"more than {MaxCopies} nodes come of aliases") : known.Node?.DeepClone();
    }

    private static JsonValue? Value(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style is not ScalarStyle.Plain || scalar.Tag is { IsEmpty: false, Value: "tag:yaml.org,2002:str" or "!" })
        {
            return JsonValue.Create(text);
        }

        return Typed(text);
    }

    private static JsonValue? Typed(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => JsonValue.Create(true),
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => JsonValue.Create(false),
        _ => Number(text) ?? JsonValue.Create(text),
    };

    private static JsonValue? Number(string text)
    {
        if (Whole().IsMatch(text))
        {
            var digits = text.Replace("_", string.Empty, StringComparison.Ordinal);
            return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
                : JsonValue.Create(double.Parse(digits, CultureInfo.InvariantCulture));
        }

        if (Hexadecimal().IsMatch(text) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
        {
            return JsonValue.Create(hex);
        }

        if (Octal().IsMatch(text) && text.Length < 20)
        {
            return JsonValue.Create(Convert.ToInt64(text.TrimStart('0', 'o'), 8));
        }

        return Real().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? JsonValue.Create(real) : null;
    }

    /// <summary>What the parser complains of, without the context that it puts before it.</summary>
    private static string Problem(string message)
    {
        var comma = message.StartsWith("While ", StringComparison.Ordinal) ? message.IndexOf(", ", StringComparison.Ordinal) : -1;
        var problem = (comma < 0 ? message : message[(comma + 2)..]).TrimEnd('.');
        return problem.Length is 0 ? message : char.ToLowerInvariant(problem[0]) + problem[1..];
    }

    // Times of day, dates, infinities: numbers and times of YAML 1.1.
    [GeneratedRegex(@"^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$|^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|^[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?$|^[-+]?\.(inf|Inf|INF|nan|NaN|NAN)$", RegexOptions.CultureInvariant)]
    private static partial Regex Foreign();

    [GeneratedRegex("^[-+]?(0|[1-9][0-9_]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex("^0x[0-9a-fA-F]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex("^0o?[0-7]*[1-7][0-7]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();

    [GeneratedRegex(@"^[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Real();
}
