using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gateway.Schema;

/// <summary>Turns C# declarations into schemas; the only place that reads their attributes.</summary>
public static class SchemaReader
{
    private static readonly NullabilityInfoContext _nullability = new();
    private static readonly Lock _nullabilityLock = new();
    private static readonly ConcurrentDictionary<Type, RecordSchema> _records = new();

    /// <summary>Reads an entity's declaration.</summary>
    /// <param name="type">A record marked with <see cref="EntityAttribute"/>.</param>
    /// <param name="features">The features of the node; fields of others are left out.</param>
    /// <exception cref="ArgumentException">The type is not marked.</exception>
    public static EntitySchema Entity(Type type, params IReadOnlyCollection<string> features)
    {
        var entity = type.GetCustomAttribute<EntityAttribute>() ?? throw new ArgumentException($"{type} is no [Entity]");
        var record = Record(type);
        var subschemas = Static<IReadOnlyList<Subschema>>(type, "Subschemas") ?? [];
        var adminName = entity.AdminName ?? entity.Name;
        return new EntitySchema
        {
            Name = entity.Name,
            ClrType = type,
            Fields = [.. record.Fields.Where(f => f.Schema.Feature is not { } feature || features.Contains(feature))],
            Checks = record.Checks,
            Shorthands = record.Shorthands,
            Judge = record.Judge,
            Transformations = Static<IReadOnlyList<Transformation>>(type, "Transformations") ?? [],
            EndpointKey = Member(type, entity.EndpointKey),
            NestedKey = Member(type, entity.NestedKey),
            AdminName = adminName,
            NestedName = entity.NestedName ?? adminName,
            CacheKey = [.. entity.CacheKey.Select(k => Member(type, k)!)],
            Workspaceable = entity.Workspaceable,
            Ttl = entity.Ttl,
            Exported = entity.Exported,
            TopLevel = entity.TopLevel,
            AdminApi = entity.AdminApi,
            IsLink = entity.IsLink,
            Stored = entity.Stored,
            Unavailable = entity.Unavailable,
            Extension = type.IsDefined(typeof(ExtensionAttribute)),
            SubschemaKey = Member(type, entity.SubschemaKey),
            SubschemaError = entity.SubschemaError,
            Subschemas = Variants(subschemas, features),
        };
    }

    /// <summary>The variants by the values that select them; one of a feature that the node has goes before the one without.</summary>
    private static Dictionary<string, Subschema> Variants(IEnumerable<Subschema> subschemas, IReadOnlyCollection<string> features) =>
        subschemas.Where(s => s.Feature is not { } feature || features.Contains(feature))
            .SelectMany(s => s.AppliesTo.Select(value => (Value: value, Variant: s)))
            .GroupBy(p => p.Value, p => p.Variant, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.OrderBy(s => s.Feature is null).First(), StringComparer.Ordinal);

    /// <summary>Reads the declaration of a record: a plugin's configuration or a part of something.</summary>
    /// <param name="type">The record type.</param>
    public static RecordSchema Record(Type type) => _records.GetOrAdd(type, static t =>
    {
        var sample = Activator.CreateInstance(t)!;
        return new RecordSchema
        {
            Fields = [.. t.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.GetCustomAttribute<JsonIgnoreAttribute>() is null && p.SetMethod is not null)
                .OrderBy(p => p.DeclaringType != t ? 0 : 1).ThenBy(p => p.MetadataToken)
                .Select(p => new NamedField(Wire.Name(p), Field(p, sample)))],
            Checks = Static<IReadOnlyList<Check>>(t, "Checks") ?? [],
            Shorthands = Static<IReadOnlyList<Shorthand>>(t, "Shorthands") ?? [],
            Judge = Static<Func<JsonObject, string?>>(t, "Judge"),
        };
    });

    /// <summary>The plugin-wide checks of a configuration type, their paths below <c>config</c>.</summary>
    /// <param name="config">The configuration type.</param>
    public static IReadOnlyList<Check> PluginChecks(Type config) =>
        [.. (Static<IReadOnlyList<Check>>(config, "PluginChecks") ?? []).Select(c => c.Below("config"))];

    private static string? Member(Type type, string? name) => name is null ? null : Wire.Name(type.GetProperty(name)!);

    private static FieldSchema Field(PropertyInfo property, object sample)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var nullable = IsNullable(property);
        var attributes = property.GetCustomAttributes().ToArray();
        var shown = attributes.OfType<ShowsAttribute>().FirstOrDefault()?.Shows ?? Shown.None;
        var auto = attributes.OfType<AutoAttribute>().Any();
        var unique = attributes.OfType<UniqueAttribute>().FirstOrDefault();
        var foreign = IsForeign(property, type);
        var field = Typed(type, foreign, depth: 0) with
        {
            Auto = auto,
            Unique = unique is not null ? true : shown.HasFlag(Shown.NotUnique) ? false : null,
            UniqueAcrossWorkspaces = unique?.AcrossWorkspaces is true,
            Encrypted = attributes.OfType<EncryptedAttribute>().Any(),
            Transient = attributes.OfType<TransientAttribute>().Any(),
            Abstract = attributes.OfType<AbstractAttribute>().Any(),
            Extension = attributes.OfType<ExtensionAttribute>().Any(),
            Error = attributes.OfType<SaysAttribute>().FirstOrDefault()?.Message,
            Extra = More(attributes.OfType<ShowsAlsoAttribute>(), attributes.OfType<DeprecatedAttribute>().FirstOrDefault()),
            Feature = attributes.OfType<OnlyWithAttribute>().FirstOrDefault()?.Feature,
            NeedDatabase = attributes.OfType<NeedsDatabaseAttribute>().FirstOrDefault()?.Values ?? [],
            OnDelete = attributes.OfType<OnDeleteAttribute>().FirstOrDefault()?.Action,
            Description = Documentation.Summary(property),
        };
        field = field with
        {
            Required = shown.HasFlag(Shown.NotRequired) ? false : nullable || field.Abstract || (auto && !property.IsDefined(typeof(RequiredMemberAttribute))) ? null : true,
        };
        foreach (var attribute in attributes.OfType<RuleAttribute>())
        {
            foreach (var rule in attribute.Rules)
            {
                field = Place(field, rule, attribute.On);
            }
        }

        if (attributes.OfType<ReferenceableAttribute>().Any())
        {
            field = Texts(field, text => text with { Referenceable = true });
        }

        if (attributes.OfType<RuleAttribute>().Any(a => a.RequiresElements))
        {
            field = Inner(field, required: true, Level.FirstThatFits);
        }

        if (attributes.OfType<ShowsElementsAttribute>().FirstOrDefault() is { } elements)
        {
            field = Inner(field, elements.Required, elements.On);
        }

        return WithDefault(field, property, sample, nullable, shown);
    }

    /// <summary>Changes the first level of a field that holds text.</summary>
    private static FieldSchema Texts(FieldSchema field, Func<FieldSchema, FieldSchema> change) => field switch
    {
        { Type: FieldType.String } => change(field),
        { Elements: { } elements } => field with { Elements = Texts(elements, change) },
        { Values: { } values } => field with { Values = Texts(values, change) },
        _ => throw new ArgumentException($"a {field.Type} holds no text"),
    };

    private static FieldSchema Inner(FieldSchema field, bool required, Level level)
    {
        return field with { Elements = At(Level.Elements, field.Elements), Keys = At(Level.Keys, field.Keys), Values = At(Level.Values, field.Values) };

        FieldSchema? At(Level one, FieldSchema? inner) => inner is not null && (level is Level.FirstThatFits || level == one) ? inner with { Required = required } : inner;
    }

    private static JsonObject? More(IEnumerable<ShowsAlsoAttribute> attributes, DeprecatedAttribute? deprecated)
    {
        var more = new JsonObject(attributes.Select(a => KeyValuePair.Create(a.Key, JsonNode.Parse(a.Json))));
        if (deprecated is not null)
        {
            var shown = new JsonObject { ["message"] = deprecated.Message, ["removal_in_version"] = deprecated.RemovalInVersion };
            if (deprecated.OldDefault is { } old)
            {
                shown["old_default"] = JsonSerializer.SerializeToNode(old);
            }

            more["deprecation"] = shown;
        }

        return more.Count > 0 ? more : null;
    }

    private static FieldSchema WithDefault(FieldSchema field, PropertyInfo property, object sample, bool nullable, Shown shown)
    {
        var hasInitialiser = property.GetCustomAttribute<RequiredMemberAttribute>() is null && !field.Auto && !field.Abstract && field.Type is not FieldType.Foreign;
        var value = property.GetValue(sample);
        return field switch
        {
            _ when shown.HasFlag(Shown.NullDefault) => field with { HasDefault = true },
            { Type: FieldType.Record } when shown.HasFlag(Shown.OwnDefault) => field with { HasDefault = true, Default = OwnDefault(value!) },
            { Type: FieldType.Record } when !shown.HasFlag(Shown.RecordDefault) => field,
            _ when hasInitialiser && value is not null && (!nullable || !IsUnset(value)) =>
                field with { HasDefault = true, Default = Trim(JsonSerializer.SerializeToNode(value, property.PropertyType, Wire.Options), value) },
            _ => field,
        };
    }

    /// <summary>What a record holds that a new one of its type does not.</summary>
    private static JsonObject OwnDefault(object value)
    {
        var usual = Serialized(Activator.CreateInstance(value.GetType())!);
        var own = Serialized(value);
        foreach (var (name, _) in own.Where(f => Json.Same(f.Value, usual[f.Key])).ToArray())
        {
            own.Remove(name);
        }

        return own;

        static JsonObject Serialized(object record) => JsonSerializer.SerializeToNode(record, record.GetType(), Wire.Options)!.AsObject();
    }

    /// <summary>Takes out of a record's default what is null and what the declaration leaves out.</summary>
    private static JsonNode? Trim(JsonNode? node, object value)
    {
        if (node is JsonObject record)
        {
            foreach (var property in value.GetType().GetProperties().Where(p => p.GetCustomAttribute<ShowsAttribute>()?.Shows.HasFlag(Shown.OutsideRecordDefault) is true))
            {
                record.Remove(Wire.Name(property));
            }
        }

        return WithoutNulls(node);
    }

    private static bool IsUnset(object value) => value is IId { Value: var id } && id == Guid.Empty;

    private static JsonNode? WithoutNulls(JsonNode? node)
    {
        foreach (var (name, value) in (node as JsonObject)?.ToArray() ?? [])
        {
            if (value is null)
            {
                ((JsonObject)node!).Remove(name);
            }
            else
            {
                WithoutNulls(value);
            }
        }

        foreach (var element in (node as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            WithoutNulls(element);
        }

        return node;
    }

    private static FieldSchema Typed(Type type, bool foreign, int depth)
    {
        if (foreign)
        {
            return new FieldSchema { Type = FieldType.Foreign, Reference = type.GetGenericArguments()[0].GetCustomAttribute<EntityAttribute>()!.Name };
        }

        if (typeof(IId).IsAssignableFrom(type) || type == typeof(Guid))
        {
            return new FieldSchema { Type = FieldType.String, Rules = [new UuidRule()] };
        }

        if (type.IsEnum)
        {
            return new FieldSchema { Type = FieldType.String, Rules = [new OneOfRule([.. EnumNames.All(type).Select(n => (JsonNode?)JsonValue.Create(n))])] };
        }

        if (Element(type, typeof(IReadOnlySet<>)) is { } member)
        {
            return new FieldSchema { Type = FieldType.Set, Elements = Typed(member, false, depth + 1) };
        }

        if (Element(type, typeof(IReadOnlyDictionary<,>), 1) is { } mapped)
        {
            return new FieldSchema { Type = FieldType.Map, Keys = new FieldSchema { Type = FieldType.String }, Values = Typed(mapped, false, depth + 1) };
        }

        if (Element(type, typeof(IReadOnlyList<>)) is { } element)
        {
            return new FieldSchema { Type = FieldType.Array, Elements = Typed(element, false, depth + 1) };
        }

        return type switch
        {
            _ when type == typeof(string) => new FieldSchema { Type = FieldType.String },
            _ when type == typeof(bool) => new FieldSchema { Type = FieldType.Boolean },
            _ when type == typeof(int) || type == typeof(long) => new FieldSchema { Type = FieldType.Integer },
            _ when type == typeof(double) => new FieldSchema { Type = FieldType.Number },
            _ when type == typeof(UnixSeconds) => new FieldSchema { Type = FieldType.Integer, Rules = [new TimestampRule()] },
            _ when type == typeof(UnixTime) => new FieldSchema { Type = FieldType.Number, Rules = [new TimestampRule()] },
            _ when type == typeof(JsonObject) => new FieldSchema { Type = FieldType.Record, Record = new RecordSchema { Fields = [] } },
            _ when type == typeof(JsonNode) => new FieldSchema { Type = FieldType.Json },
            _ => new FieldSchema { Type = FieldType.Record, Record = Record(type) },
        };
    }

    private static Type? Element(Type type, Type shape, int argument = 0) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == shape ? type.GetGenericArguments()[argument] : null;

    private static bool IsForeign(PropertyInfo property, Type type) =>
        typeof(IId).IsAssignableFrom(type) && type.GetGenericArguments()[0] is var target && target != property.DeclaringType;

    private static FieldSchema Place(FieldSchema field, Rule rule, Level level) => level switch
    {
        Level.Keys => field with { Keys = Place(field.Keys!, rule, Level.Field) },
        Level.Values => field with { Values = Place(field.Values!, rule, Level.FirstThatFits) },
        Level.Elements => field with { Elements = Place(field.Elements!, rule, Level.FirstThatFits) },
        _ when level is Level.Field || rule.Fits(field.Type) => field with { Rules = [.. field.Rules.Append(rule).OrderBy(r => r.Order)] },
        _ when field.Elements is { } elements => field with { Elements = Place(elements, rule, Level.FirstThatFits) },
        _ when field.Values is { } values => field with { Values = Place(values, rule, Level.FirstThatFits) },
        _ => throw new ArgumentException($"rule {rule.Key} fits no level of a {field.Type}"),
    };

    private static bool IsNullable(PropertyInfo property)
    {
        if (property.PropertyType.IsValueType)
        {
            return Nullable.GetUnderlyingType(property.PropertyType) is not null;
        }

        lock (_nullabilityLock)
        {
            return _nullability.Create(property).ReadState is NullabilityState.Nullable;
        }
    }

    /// <summary>A static member that the type declares for one of the declaration interfaces, or the interface's default.</summary>
    private static TValue? Static<TValue>(Type type, string member)
        where TValue : class
    {
        foreach (var contract in type.GetInterfaces().Where(i => i.IsGenericType && i.Name.StartsWith('I')))
        {
            if (contract.GetProperty(member, BindingFlags.Public | BindingFlags.Static) is null)
            {
                continue;
            }

            var map = type.GetInterfaceMap(contract);
            var index = Array.FindIndex(map.InterfaceMethods, m => m.Name == $"get_{member}");
            return index < 0 || map.TargetMethods[index].DeclaringType!.IsInterface ? null : (TValue?)map.TargetMethods[index].Invoke(null, null);
        }

        return null;
    }
}
