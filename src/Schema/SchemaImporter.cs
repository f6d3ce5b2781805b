using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>Reads a schema back from what <c>GET /schemas</c> shows, so that a client can judge and draw any entity or plugin.</summary>
public static class SchemaImporter
{
    private static readonly HashSet<string> _known =
    [
        "type", "required", "abstract", "auto", "default", "reference", "on_delete", "err", "unique", "unique_across_ws", "referenceable", "encrypted",
        "transient", "elements", "keys", "values", "fields", "entity_checks", "shorthand_fields", "eq", "ne", "not_one_of", "one_of", "gt", "timestamp",
        "uuid", "is_regex", "between", "len_eq", "len_min", "len_max", "starts_with", "not_match", "match_none", "match", "match_all", "match_any",
        "contains", "mutually_exclusive_subsets",
    ];

    /// <summary>Reads a whole answer of <c>/schemas/{name}</c>.</summary>
    /// <param name="shown">The answer.</param>
    public static RecordSchema Record(JsonObject shown) => new()
    {
        Fields = [.. Pairs(shown["fields"]).Select(f => new NamedField(f.Key, Field(f.Value!.AsObject())))],
        Checks = [.. (shown["entity_checks"] as JsonArray ?? []).Select(c => Check(c!.AsObject()))],
        Shorthands = [.. Pairs(shown["shorthand_fields"]).Select(f => Shorthand(f.Key, f.Value!.AsObject()))],
    };

    /// <summary>Reads one field's definition.</summary>
    /// <param name="shown">The definition.</param>
    public static FieldSchema Field(JsonObject shown) => new()
    {
        Type = Enum.Parse<FieldType>(Json.String(shown["type"]) ?? nameof(FieldType.Json), ignoreCase: true),
        Required = Json.Boolean(shown["required"]),
        Abstract = Json.Boolean(shown["abstract"]) is true,
        Auto = Json.Boolean(shown["auto"]) is true,
        HasDefault = shown.ContainsKey("default"),
        Default = shown["default"]?.DeepClone(),
        Reference = Json.String(shown["reference"]),
        OnDelete = Json.String(shown["on_delete"]) is "cascade" ? DeleteAction.Cascade : null,
        Error = Json.String(shown["err"]),
        Unique = Json.Boolean(shown["unique"]),
        UniqueAcrossWorkspaces = Json.Boolean(shown["unique_across_ws"]) is true,
        Referenceable = Json.Boolean(shown["referenceable"]) is true,
        Encrypted = Json.Boolean(shown["encrypted"]) is true,
        Transient = Json.Boolean(shown["transient"]) is true,
        Elements = shown["elements"] is JsonObject elements ? Field(elements) : null,
        Keys = shown["keys"] is JsonObject keys ? Field(keys) : null,
        Values = shown["values"] is JsonObject values ? Field(values) : null,
        Record = shown.ContainsKey("fields") ? Record(shown) : null,
        Rules = [.. Rules(shown).OrderBy(r => r.Order)],
        Extra = shown.Any(p => !_known.Contains(p.Key))
            ? new JsonObject(shown.Where(p => !_known.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())))
            : null,
    };

    /// <summary>Reads one entity check; a custom one is known by its sources and judges nothing here.</summary>
    /// <param name="shown">The check.</param>
    /// <exception cref="FormatException">The kind of check is unknown.</exception>
    public static Check Check(JsonObject shown)
    {
        var (kind, node) = shown.First();
        var body = node!.AsObject();
        return kind switch
        {
            "conditional" => new ConditionalCheck
            {
                IfField = Text(body, "if_field"),
                IfMatch = Match(body["if_match"]!),
                ThenField = Text(body, "then_field"),
                ThenMatch = Match(body["then_match"]!),
                ThenError = Json.String(body["then_err"]),
            },
            "conditional_at_least_one_of" => new ConditionalAtLeastOneOfCheck
            {
                IfField = Text(body, "if_field"),
                IfMatch = Match(body["if_match"]!),
                Then = Names(body["then_at_least_one_of"]!),
                ThenError = Json.String(body["then_err"]),
                ElseMatch = body["else_match"] is { } otherwise ? Match(otherwise) : null,
                ElseThen = body["else_then_at_least_one_of"] is { } names ? Names(names) : null,
                ElseError = Json.String(body["else_then_err"]),
            },
            "custom_entity_check" => new CustomCheck(
                Names(body["field_sources"]!), _ => null, Json.Boolean(body["run_with_missing_fields"]) is true, Json.Boolean(body["run_with_invalid_fields"]) is true),
            _ when Enum.GetValues<FieldSet>().FirstOrDefault(s => Wire.Name(s.ToString()) == kind, (FieldSet)(-1)) is var set && set >= 0 =>
                new FieldSetCheck(set, [.. body.Select(p => Json.Text(p.Value))]),
            _ => throw new FormatException($"unknown entity check '{kind}'"),
        };
    }

    private static IEnumerable<Rule> Rules(JsonObject shown)
    {
        foreach (var (key, value) in shown)
        {
            if (Rule(key, value) is { } rule)
            {
                yield return rule;
            }
        }
    }

    private static Rule? Rule(string key, JsonNode? value) => key switch
    {
        "eq" => new EqualRule(value?.DeepClone()),
        "ne" => new NotEqualRule(value?.DeepClone()),
        "not_one_of" => new NotOneOfRule(Nodes(value)),
        "one_of" => new OneOfRule(Nodes(value)),
        "gt" => new GreaterThanRule(Json.Number(value)),
        "timestamp" => new TimestampRule(),
        "uuid" => new UuidRule(),
        "is_regex" => new RegexRule(),
        "between" => new BetweenRule(Json.Number(value![0]), Json.Number(value[1])),
        "len_eq" => new LengthRule(LengthKind.Exactly, (int)Json.Number(value)),
        "len_min" => new LengthRule(LengthKind.AtLeast, (int)Json.Number(value)),
        "len_max" => new LengthRule(LengthKind.AtMost, (int)Json.Number(value)),
        "starts_with" => new StartsWithRule(Json.Text(value)),
        "match" => new MatchRule(Json.Text(value)),
        "not_match" => new MatchRule(Json.Text(value), negated: true),
        "match_all" => new MatchEachRule(Patterns(value), none: false),
        "match_none" => new MatchEachRule(Patterns(value), none: true),
        "match_any" => new MatchAnyRule([.. value!["patterns"]!.AsArray().Select(Json.Text)], Json.String(value["err"])),
        "contains" => new ContainsRule(Json.Text(value)),
        "mutually_exclusive_subsets" => new ExclusiveSetsRule([.. value!.AsArray().Select(s => s!.AsArray().Select(Json.Text).ToArray())]),
        _ => null,
    };

    private static Matcher Match(JsonNode shown) => new(
        [.. Rules(shown.AsObject()).OrderBy(r => r.Order)],
        shown["elements"] is JsonObject elements ? Field(elements) : null,
        Json.Boolean(shown["required"]) is true);

    private static Shorthand Shorthand(string name, JsonObject shown)
    {
        var schema = Field(shown);
        var deprecation = shown["deprecation"] as JsonObject;
        var path = deprecation?["replaced_with"]?[0]?["path"] is JsonArray parts ? parts.Select(Json.Text).ToArray() : null;
        return new Shorthand
        {
            Name = name,
            Schema = schema with { Extra = path is null ? schema.Extra : WithoutDeprecation(schema.Extra) },
            ReplacedWith = path,
            DeprecationMessage = Json.String(deprecation?["message"]),
            RemovalInVersion = Json.String(deprecation?["removal_in_version"]),
            Expand = value => path is null ? [] : Gateway.Schema.Shorthand.Deprecated(string.Empty, name, schema.Type, path).Expand(value),
        };
    }

    private static JsonObject? WithoutDeprecation(JsonObject? extra)
    {
        extra?.Remove("deprecation");
        return extra?.Count > 0 ? extra : null;
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Pairs(JsonNode? list) => (list as JsonArray ?? []).SelectMany(f => f!.AsObject());

    private static JsonNode?[] Nodes(JsonNode? list) => [.. list!.AsArray().Select(n => n?.DeepClone())];

    private static IReadOnlyList<string> Names(JsonNode list) => [.. list.AsArray().Select(Json.Text)];

    private static (string Pattern, string Error)[] Patterns(JsonNode? list) =>
        [.. list!.AsArray().Select(p => (Json.Text(p!["pattern"]), Json.String(p["err"]) ?? "invalid value"))];

    private static string Text(JsonObject body, string key) => Json.Text(body[key]);
}
