using System.Collections;
using System.Reflection;
using Gateway.Schema;

namespace Gateway.PluginSdk.Testing;

/// <summary>A lookup over a few entities in memory, for the tests of plugins.</summary>
/// <typeparam name="T">The entity.</typeparam>
/// <param name="entities">The entities.</param>
public sealed class FakeLookup<T>(params T[] entities) : ILookup<T>, IEnumerable<T>
    where T : class
{
    private readonly List<T> _entities = [.. entities];

    /// <summary>Adds an entity.</summary>
    /// <param name="entity">The entity.</param>
    public void Add(T entity) => _entities.Add(entity);

    /// <inheritdoc/>
    public T? ById(Guid id) => _entities.FirstOrDefault(e => Value(e, "id") is IId own && own.Value == id);

    /// <inheritdoc/>
    public T? ByUnique(string field, string value) => _entities.FirstOrDefault(e => Value(e, field) is string own && own == value);

    /// <inheritdoc/>
    public IReadOnlyList<T> ByForeign(string field, Guid id) => [.. _entities.Where(e => Value(e, field) is IId own && own.Value == id)];

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _entities.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static object? Value(T entity, string field) =>
        typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).FirstOrDefault(p => Wire.Name(p) == field)?.GetValue(entity);
}
