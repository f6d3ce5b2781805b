using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Entities.Declarative;

/// <summary>Writes a configuration as YAML, entity by entity, so that a large one is never held as a whole.</summary>
public sealed class DeclarativeYaml
{
    private readonly Emitter _yaml;
    private bool _isOpen;

    /// <summary>Begins a document in format 3.0 whose fields are in the form in which they are kept.</summary>
    /// <param name="output">Takes the text.</param>
    public DeclarativeYaml(TextWriter output)
    {
        _yaml = new Emitter(output, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithNewLine("\n"));
        _yaml.Emit(new StreamStart());
        _yaml.Emit(new DocumentStart(null, null, isImplicit: true));
        _yaml.Emit(new MappingStart());
        Write("_format_version");
        Write("3.0");
        Write("_transform");
        Write(JsonValue.Create(false));
    }

    /// <summary>Begins the entities of a kind.</summary>
    /// <param name="kind">The collection's name.</param>
    public void Begin(string kind)
    {
        End();
        Write(kind);
        _yaml.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
        _isOpen = true;
    }

    /// <summary>Writes an entity of the kind that was begun.</summary>
    /// <param name="schema">The kind.</param>
    /// <param name="entity">The complete row, as the Admin API shows it.</param>
    public void Add(EntitySchema schema, JsonObject entity)
    {
        _yaml.Emit(new MappingStart());
        foreach (var (name, value) in entity)
        {
            var field = schema.Field(name);
            if (field is { Transient: true } || (value is null && name is "ttl"))
            {
                continue;
            }

            Write(name);
            Write(field is { Type: FieldType.Foreign } ? value?["id"] : value);
        }

        _yaml.Emit(new MappingEnd());
    }

    /// <summary>Ends the document.</summary>
    public void Finish()
    {
        End();
        _yaml.Emit(new MappingEnd());
        _yaml.Emit(new DocumentEnd(isImplicit: true));
        _yaml.Emit(new StreamEnd());
    }

    private void End()
    {
        if (_isOpen)
        {
            _yaml.Emit(new SequenceEnd());
            _isOpen = false;
        }
    }

    private void Write(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                _yaml.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, map.Count is 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in map)
                {
                    Write(name);
                    Write(value);
                }

                _yaml.Emit(new MappingEnd());
                break;
            case JsonArray list:
                _yaml.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, list.Count is 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                list.ToList().ForEach(Write);
                _yaml.Emit(new SequenceEnd());
                break;
            case null:
                Plain("~");
                break;
            case var _ when Json.String(node) is { } text:
                Write(text);
                break;
            case var _ when node.GetValueKind() is JsonValueKind.Number:
                Plain(Json.Number(node).ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                Plain(Json.Boolean(node) is true ? "true" : "false");
                break;
        }
    }

    private void Write(string text) => _yaml.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, StyleOf(text), isPlainImplicit: true, isQuotedImplicit: true));

    private void Plain(string text) => _yaml.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));

    /// <summary>A style in which the reader finds the same text again: what would be read as something else is quoted.</summary>
    private static ScalarStyle StyleOf(string text) =>
        text.Any(c => char.IsControl(c) && c is not '\n') || text.Any(c => c is '\u0085' or '\u2028' or '\u2029' or '\uFEFF') || char.IsWhiteSpace(text, 0) && text.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.DoubleQuoted
        : text.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal
        : YamlReader.IsText(text) ? ScalarStyle.Plain
        : ScalarStyle.SingleQuoted;
}
