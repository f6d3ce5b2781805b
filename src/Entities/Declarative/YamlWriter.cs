using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Schema;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Entities.Declarative;

/// <summary>Writes JSON values as YAML in which every reader finds the same values: what would be read as something else than a text is quoted.</summary>
public static partial class YamlWriter
{
    /// <summary>Writes a whole document.</summary>
    /// <param name="output">Takes the text.</param>
    /// <param name="document">The document.</param>
    public static void Write(TextWriter output, JsonObject document)
    {
        var yaml = Begin(output);
        yaml.Write(document);
        yaml.End();
    }

    internal static Emitter Begin(TextWriter output)
    {
        var yaml = new Emitter(output, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithNewLine("\n").WithIndentedSequences());
        yaml.Emit(new StreamStart());
        yaml.Emit(new DocumentStart(null, null, isImplicit: true));
        return yaml;
    }

    internal static void End(this Emitter yaml)
    {
        yaml.Emit(new DocumentEnd(isImplicit: true));
        yaml.Emit(new StreamEnd());
    }

    internal static void Write(this Emitter yaml, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                yaml.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, map.Count is 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in map)
                {
                    yaml.Write(name);
                    yaml.Write(value);
                }

                yaml.Emit(new MappingEnd());
                break;
            case JsonArray list:
                yaml.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, list.Count is 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                {
                    yaml.Write(item);
                }

                yaml.Emit(new SequenceEnd());
                break;
            case null:
                yaml.Plain("~");
                break;
            case var _ when Json.String(node) is { } text:
                yaml.Write(text);
                break;
            case var _ when node.GetValueKind() is JsonValueKind.Number:
                yaml.Plain(Json.Number(node).ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                yaml.Plain(Json.Boolean(node) is true ? "true" : "false");
                break;
        }
    }

    internal static void Write(this Emitter yaml, string text) => yaml.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, StyleOf(text), isPlainImplicit: true, isQuotedImplicit: true));

    private static void Plain(this Emitter yaml, string text) =>
        yaml.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));

    private static ScalarStyle StyleOf(string text) => Lines().IsMatch(text) ? ScalarStyle.Literal
        : Unprintable().IsMatch(text) ? ScalarStyle.DoubleQuoted
        : YamlReader.IsText(text) ? ScalarStyle.Plain
        : ScalarStyle.SingleQuoted;

    /// <summary>Several lines of visible characters without spaces at either end, such as a certificate.</summary>
    [GeneratedRegex(@"\A([!-~]([ -~]*[!-~])?\n)+([!-~]([ -~]*[!-~])?)?\z")]
    private static partial Regex Lines();

    /// <summary>What only an escape can stand for.</summary>
    [GeneratedRegex(@"[\p{Cc}\u2028\u2029\uFEFF]")]
    private static partial Regex Unprintable();
}
