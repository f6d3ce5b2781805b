using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>A name that stands for other fields on write.</summary>
public sealed class Shorthand
{
    /// <summary>The name on the wire.</summary>
    public required string Name { get; init; }

    /// <summary>The schema of the value.</summary>
    public required FieldSchema Schema { get; init; }

    /// <summary>What the value becomes: fields that are laid over those sent.</summary>
    public required Func<JsonNode?, JsonObject> Expand { get; init; }

    /// <summary>The path inside the same record that the name is a deprecated alias of, or null for a true shorthand.</summary>
    public IReadOnlyList<string>? ReplacedWith { get; init; }

    /// <summary>The message for those who still use the name.</summary>
    public string? DeprecationMessage { get; init; }

    /// <summary>The version in which the name goes away.</summary>
    public string? RemovalInVersion { get; init; }

    /// <summary>A shorthand of one text for several fields.</summary>
    /// <param name="name">The name on the wire.</param>
    /// <param name="expand">What the value becomes.</param>
    public static Shorthand Text(string name, Func<JsonNode?, JsonObject> expand) =>
        new() { Name = name, Schema = new FieldSchema { Type = FieldType.String }, Expand = expand };

    /// <summary>A deprecated alias of a field inside the same configuration; it is still shown on read.</summary>
    /// <param name="plugin">The plugin's name, for the message.</param>
    /// <param name="name">The old name.</param>
    /// <param name="type">The kind of value.</param>
    /// <param name="path">The path of the field.</param>
    public static Shorthand Deprecated(string plugin, string name, FieldType type, params string[] path) =>
        Deprecated(plugin, name, new FieldSchema { Type = type }, path);

    /// <summary>A deprecated alias of a field inside the same configuration; it is still shown on read.</summary>
    /// <param name="plugin">The plugin's name, for the message.</param>
    /// <param name="name">The old name.</param>
    /// <param name="schema">The schema of the value.</param>
    /// <param name="path">The path of the field.</param>
    public static Shorthand Deprecated(string plugin, string name, FieldSchema schema, params string[] path) => Deprecated(plugin, name, schema, string.Empty, path);

    /// <summary>A deprecated alias of a field inside a record of a configuration; it is still shown on read.</summary>
    /// <param name="plugin">The plugin's name, for the message.</param>
    /// <param name="name">The old name.</param>
    /// <param name="schema">The schema of the value.</param>
    /// <param name="within">The record's path in the configuration, with a dot at its end; empty for the configuration itself.</param>
    /// <param name="path">The path of the field in the record.</param>
    public static Shorthand Deprecated(string plugin, string name, FieldSchema schema, string within, string[] path) => new()
    {
        Name = name,
        Schema = schema,
        ReplacedWith = path,
        RemovalInVersion = "4.0",
        DeprecationMessage = $"{plugin}: config.{within}{name} is deprecated, please use config.{within}{string.Join('.', path)} instead",
        Expand = value =>
        {
            JsonNode? node = value?.DeepClone();
            for (var i = path.Length - 1; i >= 0; i--)
            {
                node = new JsonObject { [path[i]] = node };
            }

            return (JsonObject)node!;
        },
    };
}
