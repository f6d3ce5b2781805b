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
        _yaml = YamlWriter.Begin(output);
        _yaml.Emit(new MappingStart());
        _yaml.Write("_format_version");
        _yaml.Write("3.0");
        _yaml.Write("_transform");
        _yaml.Write(JsonValue.Create(false));
    }

    /// <summary>Begins the entities of a kind.</summary>
    /// <param name="kind">The collection's name.</param>
    public void Begin(string kind)
    {
        End();
        _yaml.Write(kind);
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

            _yaml.Write(name);
            _yaml.Write(field is { Type: FieldType.Foreign } ? value?["id"] : value);
        }

        _yaml.Emit(new MappingEnd());
    }

    /// <summary>Ends the document.</summary>
    public void Finish()
    {
        End();
        _yaml.Emit(new MappingEnd());
        _yaml.End();
    }

    private void End()
    {
        if (_isOpen)
        {
            _yaml.Emit(new SequenceEnd());
            _isOpen = false;
        }
    }
}
