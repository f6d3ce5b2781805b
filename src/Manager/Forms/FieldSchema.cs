using System.Text.Json.Nodes;

namespace Gateway.Manager.Forms;

/// <summary>Which editor a field gets.</summary>
public enum FieldKind
{
    /// <summary>One line of text.</summary>
    Text,

    /// <summary>Several lines of text: certificates, keys, scripts.</summary>
    LongText,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>Yes or no.</summary>
    Boolean,

    /// <summary>One of a few values.</summary>
    Choice,

    /// <summary>Some of a few values.</summary>
    Choices,

    /// <summary>Any number of single values.</summary>
    List,

    /// <summary>Any number of records.</summary>
    Records,

    /// <summary>Named values.</summary>
    Map,

    /// <summary>Fields of its own.</summary>
    Record,

    /// <summary>Another entity.</summary>
    Foreign,

    /// <summary>Anything else, as JSON.</summary>
    Json,
}

/// <summary>One field of a schema, as <c>GET /schemas/...</c> tells it.</summary>
public sealed record FieldSchema
{
    /// <summary>Its name in the JSON.</summary>
    public required string Name { get; init; }

    /// <summary>Which editor it gets.</summary>
    public required FieldKind Kind { get; init; }

    /// <summary>Whether it may not be empty.</summary>
    public bool Required { get; init; }

    /// <summary>Whether the gateway fills it in itself.</summary>
    public bool Auto { get; init; }

    /// <summary>Whether it is a secret that is not shown openly.</summary>
    public bool Secret { get; init; }

    /// <summary>The value it has when nothing is said.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>The values it may have.</summary>
    public IReadOnlyList<JsonNode> Options { get; init; } = [];

    /// <summary>The schema's own words about it.</summary>
    public string? Description { get; init; }

    /// <summary>The bounds of a number.</summary>
    public (double From, double To)? Between { get; init; }

    /// <summary>The kind of entity that it refers to.</summary>
    public string? Reference { get; init; }

    /// <summary>What a list or a map holds.</summary>
    public FieldSchema? Elements { get; init; }

    /// <summary>The fields of a record.</summary>
    public IReadOnlyList<FieldSchema> Fields { get; init; } = [];

    /// <summary>Whether something must be filled in by hand.</summary>
    public bool MustBeFilled => Required && Default is null && Kind is not (FieldKind.Record or FieldKind.Boolean);

    /// <summary>Reads one field.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="schema">Its declaration.</param>
    public static FieldSchema Read(string name, JsonObject schema)
    {
        var type = Text(schema["type"]) ?? "string";
        var options = schema["one_of"] is JsonArray values ? values.OfType<JsonNode>().ToList() : [];
        var elements = schema["elements"] as JsonObject ?? schema["values"] as JsonObject;
        var element = elements is null ? null : Read("", elements);
        var fields = ReadFields(schema);
        return new FieldSchema
        {
            Name = name,
            Kind = KindOf(name, type, options.Count > 0, element, fields.Count > 0),
            Required = Flag(schema["required"]),
            // A key or a secret is made only when nobody gives one; ids and times are never given.
            Auto = Flag(schema["auto"]) && (Flag(schema["uuid"]) || Flag(schema["timestamp"])),
            Secret = Flag(schema["encrypted"]) || name is "password" or "secret" or "key" or "client_secret",
            Default = schema["default"]?.DeepClone(),
            Options = options,
            Description = Text(schema["description"]),
            Between = schema["between"] is JsonArray { Count: 2 } bounds ? ((double)bounds[0]!, (double)bounds[1]!) : null,
            Reference = Text(schema["reference"]),
            Elements = element,
            Fields = fields,
        };
    }

    /// <summary>Reads the list of single-key objects that Kong writes fields as.</summary>
    /// <param name="schema">The object that has <c>fields</c>.</param>
    public static IReadOnlyList<FieldSchema> ReadFields(JsonObject schema) => schema["fields"] is not JsonArray fields ? [] :
        [.. fields.OfType<JsonObject>().SelectMany(field => field).Where(field => field.Value is JsonObject).Select(field => Read(field.Key, (JsonObject)field.Value!))];

    private static FieldKind KindOf(string name, string type, bool hasOptions, FieldSchema? element, bool hasFields) => type switch
    {
        "boolean" => FieldKind.Boolean,
        "foreign" => FieldKind.Foreign,
        "integer" or "number" or "string" when hasOptions => FieldKind.Choice,
        "integer" => FieldKind.Integer,
        "number" => FieldKind.Number,
        "string" => name is "cert" or "key_alt" or "cert_alt" or "jwk" or "pem" or "body" ? FieldKind.LongText : FieldKind.Text,
        "record" => hasFields ? FieldKind.Record : FieldKind.Json,
        "set" or "array" when element is { Kind: FieldKind.Choice } => FieldKind.Choices,
        "set" or "array" when element is { Kind: FieldKind.Record } => FieldKind.Records,
        "set" or "array" when element is { Kind: FieldKind.Text or FieldKind.Integer or FieldKind.Number or FieldKind.LongText } => FieldKind.List,
        "map" when element is not null and not { Kind: FieldKind.Json } => FieldKind.Map,
        _ => FieldKind.Json,
    };

    private static bool Flag(JsonNode? value) => value is JsonValue flag && flag.TryGetValue<bool>(out var yes) && yes;

    private static string? Text(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var s) ? s : null;
}
