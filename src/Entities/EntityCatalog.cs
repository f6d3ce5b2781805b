using System.Reflection;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>Every declared entity, core and plugin-owned, found once by scanning.</summary>
public sealed class EntityCatalog
{
    private readonly Dictionary<string, EntitySchema> _byName;

    private EntityCatalog(IEnumerable<EntitySchema> schemas)
    {
        Entities = Ordered([.. schemas]);
        _byName = Entities.ToDictionary(e => e.Name, StringComparer.Ordinal);
    }

    /// <summary>The entities, each after those that it refers to.</summary>
    public IReadOnlyList<EntitySchema> Entities { get; }

    /// <summary>What travels to data planes that foreign ones do not know.</summary>
    public IReadOnlyList<EntityExtension> Extensions => [.. Entities.Where(e => e.Exported).SelectMany(ExtensionsOf)];

    /// <summary>The entities that this assembly declares.</summary>
    public static IEnumerable<Type> CoreTypes => TypesIn(typeof(EntityCatalog).Assembly);

    /// <summary>The entity of that name.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public EntitySchema this[string name] => _byName[name];

    /// <summary>The entity of that name, or null.</summary>
    /// <param name="name">The collection's name.</param>
    public EntitySchema? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The entity that a C# record declares.</summary>
    /// <typeparam name="T">The record.</typeparam>
    public EntitySchema Of<T>() => Entities.First(e => e.ClrType == typeof(T));

    /// <summary>Reads the core entities and further ones, and gives the plugins entity its variants.</summary>
    /// <param name="owned">The entity types that plugins own.</param>
    /// <param name="plugins">The variants of the plugins entity, one per plugin.</param>
    /// <param name="features">The features of the node, see <see cref="Features"/>.</param>
    public static EntityCatalog Create(IEnumerable<Type> owned, IEnumerable<Subschema> plugins, params IReadOnlyCollection<string> features)
    {
        var variants = plugins.ToDictionary(p => p.Name, StringComparer.Ordinal);
        return new EntityCatalog(CoreTypes.Concat(owned).Select(t => SchemaReader.Entity(t, features))
            .Select(e => e.Name is "plugins" ? e with { Subschemas = variants } : e));
    }

    /// <summary>The entity types of an assembly.</summary>
    /// <param name="assembly">The assembly.</param>
    public static IEnumerable<Type> TypesIn(Assembly assembly) => assembly.GetExportedTypes().Where(t => t.GetCustomAttribute<EntityAttribute>() is not null);

    private static IEnumerable<EntityExtension> ExtensionsOf(EntitySchema entity) => entity.Extension
        ? [new EntityExtension(entity.Name)]
        : entity.Fields.Where(f => f.Schema.Extension).Select(f => new EntityExtension(entity.Name, f.Name, f.Schema.Type is FieldType.Foreign));

    private static List<EntitySchema> Ordered(List<EntitySchema> schemas)
    {
        var done = new List<EntitySchema>(schemas.Count);
        var rest = schemas.OrderBy(e => e.Name is "workspaces" ? 0 : 1).ThenBy(e => e.Name, StringComparer.Ordinal).ToList();
        while (rest.Count > 0)
        {
            var next = rest.First(e => e.ForeignFields.All(f => f.Schema.Reference == e.Name || done.Any(d => d.Name == f.Schema.Reference)));
            done.Add(next);
            rest.Remove(next);
        }

        return done;
    }
}

/// <summary>A collection or a field that only planes know that name it when they connect.</summary>
/// <param name="Collection">The collection.</param>
/// <param name="Field">The field, or null for the whole collection.</param>
/// <param name="Binds">Whether the field says what the entity applies to, so that without it the entity would apply to everything.</param>
public sealed record EntityExtension(string Collection, string? Field = null, bool Binds = false)
{
    /// <summary>The name by which planes tell of it, such as <c>plugins.ordering</c>.</summary>
    public string Name => Field is null ? Collection : $"{Collection}.{Field}";
}
