using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Kong.Configuration;

/// <summary>Writes JSON values as YAML that every reader understands alike: what could be taken for something else than a text is quoted.</summary>
internal static partial class YamlWriter
{
    private static readonly string[] _words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];

    /// <summary>Writes a document.</summary>
    public static void Write(TextWriter output, JsonNode document)
    {
        var emitter = new Emitter(output, EmitterSettings.Default.WithIndentedSequences().WithMaxSimpleKeyLength(1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    private static void Write(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(null, null, true, map.Count is 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in map)
                {
                    emitter.Emit(Text(key));
                    Write(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(null, null, true, list.Count is 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                {
                    Write(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            default:
                emitter.Emit(node?.GetValueKind() is JsonValueKind.String ? Text(node.GetValue<string>()) : Plain(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static Scalar Plain(string text) => new(null, null, text, ScalarStyle.Plain, true, false);

    private static Scalar Text(string text) => new(
        null, null, text,
        PlainText().IsMatch(text) && !_words.Contains(text, StringComparer.OrdinalIgnoreCase) ? ScalarStyle.Plain
            : LongText().IsMatch(text) ? ScalarStyle.Literal
            : ScalarStyle.DoubleQuoted,
        true, true);

    [GeneratedRegex(@"\A[A-Za-z_/]([A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?\z")]
    private static partial Regex PlainText();

    /// <summary>Several lines of visible characters, such as a certificate.</summary>
    [GeneratedRegex(@"\A([!-~]([ -~]*[!-~])?\n)+([!-~]([ -~]*[!-~])?)?\z")]
    private static partial Regex LongText();
}
