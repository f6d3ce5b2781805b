using System.Reflection;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.PluginSdk;

/// <summary>What is known of one plugin without running it.</summary>
/// <param name="Name">The plugin's name.</param>
/// <param name="Priority">The place in the order of execution; the greater runs first.</param>
/// <param name="Type">The class that takes part in the phases.</param>
/// <param name="ConfigType">The record that its configuration binds to.</param>
/// <param name="Schema">The variant of the plugins entity.</param>
public sealed record PluginDescriptor(string Name, int Priority, Type Type, Type ConfigType, Subschema Schema)
{
    /// <summary>Whether the plugin does something to requests; otherwise only its configuration is known here, and nodes must not pretend to run it.</summary>
    public bool Runs => !Implements(typeof(IDeclaredOnly<>));

    /// <summary>The paths that the plugin has in the Admin API beside those of its entities.</summary>
    public IEnumerable<AdminPathAttribute> AdminPaths => Type.GetCustomAttributes<AdminPathAttribute>();

    /// <summary>Whether the plugin takes part in a phase.</summary>
    /// <param name="phase">The open phase interface, such as <c>typeof(IAccess&lt;&gt;)</c>.</param>
    public bool Implements(Type phase) => Type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == phase);
}

/// <summary>Every plugin that an assembly declares, found once by scanning.</summary>
public sealed class PluginCatalog
{
    private static readonly Type[] _phases =
    [
        typeof(IDeclaredOnly<>), typeof(ICertificate<>), typeof(IRewrite<>), typeof(IAccess<>), typeof(IResponse<>), typeof(IHeaderFilter<>), typeof(IBodyFilter<>), typeof(ILog<>),
        typeof(IPreread<>), typeof(IStreamLog<>),
    ];
    private readonly Dictionary<string, PluginDescriptor> _byName;
    private readonly Type[] _owned;
    private EntityCatalog? _entities;

    /// <summary>Scans assemblies for plugins and the entities that they own.</summary>
    /// <param name="assemblies">The assemblies.</param>
    public PluginCatalog(params Assembly[] assemblies)
        : this(
            [
                .. assemblies.SelectMany(a => a.GetExportedTypes()).Where(t => t.GetCustomAttribute<PluginAttribute>() is not null).Select(Describe)
                    .OrderByDescending(p => p.Priority).ThenByDescending(p => p.Name, StringComparer.Ordinal),
            ],
            [.. assemblies.SelectMany(EntityCatalog.TypesIn)],
            null)
    {
    }

    private PluginCatalog(IReadOnlyList<PluginDescriptor> plugins, Type[] owned, PluginCatalog? whole)
    {
        Plugins = plugins;
        Whole = whole ?? this;
        _byName = Plugins.ToDictionary(p => p.Name, StringComparer.Ordinal);
        _owned = owned;
    }

    /// <summary>The plugins in the order of their execution.</summary>
    public IReadOnlyList<PluginDescriptor> Plugins { get; }

    /// <summary>The catalog that this one is a part of; itself where nothing was left out.</summary>
    public PluginCatalog Whole { get; }

    /// <summary>The core entities and those that the plugins own.</summary>
    public EntityCatalog Entities => _entities ??= EntitiesWith();

    /// <summary>The entities as a node with some features knows them.</summary>
    /// <param name="features">The features, see <see cref="Features"/>.</param>
    public EntityCatalog EntitiesWith(params IReadOnlyCollection<string> features) => EntityCatalog.Create(_owned, Plugins.Select(p => p.Schema), features);

    /// <summary>The catalog of a node on which only some plugins are enabled: it has neither the others nor the entities that they own.</summary>
    /// <param name="names">The names of those that are.</param>
    public PluginCatalog Only(IReadOnlyCollection<string> names)
    {
        // A plugin is one folder, and so one namespace.
        var off = Plugins.Where(p => !names.Contains(p.Name)).Select(p => p.Type.Namespace).ToHashSet();
        return off.Count is 0 ? this : new PluginCatalog([.. Plugins.Where(p => names.Contains(p.Name))], [.. _owned.Where(t => !off.Contains(t.Namespace))], Whole);
    }

    /// <summary>The catalog of a node whose proxy has no database beside it: settings that need one are refused.</summary>
    public PluginCatalog WithoutDatabase() => new([.. Plugins.Select(p => p with { Schema = p.Schema with { Fields = p.Schema.FieldsWithoutDatabase } })], _owned, Whole);

    /// <summary>The plugin of that name, or null.</summary>
    /// <param name="name">The name.</param>
    public PluginDescriptor? Find(string name) => _byName.GetValueOrDefault(name);

    private static PluginDescriptor Describe(Type type)
    {
        var plugin = type.GetCustomAttribute<PluginAttribute>()!;
        var config = type.GetInterfaces().First(i => i.IsGenericType && _phases.Contains(i.GetGenericTypeDefinition())).GetGenericArguments()[0];
        return new PluginDescriptor(plugin.Name, plugin.Priority, type, config, Variant(plugin, config));
    }

    private static Subschema Variant(PluginAttribute plugin, Type config)
    {
        var entity = SchemaReader.Entity(typeof(Plugin));
        var fields = new List<NamedField>();
        foreach (var scope in new[] { PluginScopes.Consumer, PluginScopes.Service, PluginScopes.Route }.Where(s => plugin.Forbids.HasFlag(s)))
        {
            var name = Wire.Name(scope.ToString());
            fields.Add(new(name, new FieldSchema { Type = FieldType.Foreign, Reference = entity.Field(name)!.Reference, Rules = [new EqualRule(null)] }));
        }

        string[] http = ["grpc", "grpcs", "http", "https"];
        string[] streams = plugin.Protocols is PluginProtocols.HttpAndStreams ? ["tcp", "tls", "tls_passthrough", "udp"] : [];
        fields.Insert(plugin.ShowsScopesLast ? 0 : fields.Count, new("protocols", entity.Field("protocols")! with
        {
            Default = Json.Array(Nodes(plugin.RunsOn ?? http)),
            Elements = new FieldSchema { Type = FieldType.String, Rules = [new OneOfRule(Nodes([.. http, .. streams]))] },
        }));
        fields.Add(new("config", new FieldSchema { Type = FieldType.Record, Required = true, Record = SchemaReader.Record(config) }));
        return new Subschema { Name = plugin.Name, AppliesTo = [plugin.Name], Fields = fields, Checks = SchemaReader.PluginChecks(config) };
    }

    private static System.Text.Json.Nodes.JsonNode?[] Nodes(string[] values) => EnumNames.Nodes([.. values]);
}
