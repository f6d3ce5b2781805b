using Gateway.Entities;

namespace Gateway.PluginSdk;

/// <summary>Finds entities that may be millions: consumers and credentials.</summary>
/// <typeparam name="T">The entity.</typeparam>
public interface ILookup<T>
    where T : class
{
    /// <summary>The entity with that id, or null.</summary>
    /// <param name="id">The id.</param>
    T? ById(Guid id);

    /// <summary>The entity whose unique field has that value, or null; expired ones are not found.</summary>
    /// <param name="field">The field's name on the wire, such as <c>key</c> or <c>username</c>.</param>
    /// <param name="value">The value.</param>
    T? ByUnique(string field, string value);

    /// <summary>The entity whose unique field has that value, together with the consumer who owns it, or null.</summary>
    /// <param name="field">The field's name on the wire, such as <c>key</c>.</param>
    /// <param name="value">The value.</param>
    /// <param name="owner">Tells the id of the entity's consumer.</param>
    /// <param name="consumers">The consumers.</param>
    Owned<T>? WithOwner(string field, string value, Func<T, Guid> owner, ILookup<Consumer> consumers) =>
        ByUnique(field, value) is { } entity ? new(entity, consumers.ById(owner(entity))) : null;

    /// <summary>The entities that refer to another by a foreign field, in no particular order.</summary>
    /// <param name="field">The field's name on the wire, such as <c>consumer</c>.</param>
    /// <param name="id">The id of the entity referred to.</param>
    IReadOnlyList<T> ByForeign(string field, Guid id);
}

/// <summary>An entity and the consumer who owns it.</summary>
/// <typeparam name="T">The entity.</typeparam>
/// <param name="Entity">The entity.</param>
/// <param name="Owner">Its consumer, or null where there is none.</param>
public sealed record Owned<T>(T Entity, Consumer? Owner)
    where T : class;
