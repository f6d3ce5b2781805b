using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Gateway.Kong.Configuration;

/// <summary>Reads YAML, and so JSON, as JSON values (YAML 1.2, core schema).</summary>
internal static partial class YamlReader
{
    private const int MaxDepth = 100;

    /// <summary>Reads the first document of a text.</summary>
    /// <exception cref="ConfigFailure">The text is no YAML.</exception>
    public static JsonNode? Read(TextReader text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(text);
            return stream.Documents is [var first, ..] ? Node(first.RootNode, 0) : null;
        }
        catch (YamlException e)
        {
            throw new ConfigFailure($"line {e.Start.Line}, column {e.Start.Column}: {e.Message}");
        }
    }

    private static JsonNode? Node(YamlNode node, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ConfigFailure($"line {node.Start.Line}: more than {MaxDepth} levels");
        }

        switch (node)
        {
            case YamlMappingNode map:
                var members = new JsonObject();
                foreach (var (key, value) in map.Children)
                {
                    members[key is YamlScalarNode name ? name.Value! : key.ToString()] = Node(value, depth + 1);
                }

                return members;
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select(c => Node(c, depth + 1))]);
            case YamlScalarNode { Style: ScalarStyle.Plain } scalar:
                return Plain(scalar.Value ?? "");
            default:
                return JsonValue.Create(((YamlScalarNode)node).Value);
        }
    }

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when WholeNumber().IsMatch(text) && long.TryParse(text, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when Number().IsMatch(text) && double.TryParse(text, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    [GeneratedRegex(@"\A[-+]?[0-9]+\z")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Number();
}
