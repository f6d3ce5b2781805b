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

    /// <summary>The entities that refer to another by a foreign field, in no particular order.</summary>
    /// <param name="field">The field's name on the wire, such as <c>consumer</c>.</param>
    /// <param name="id">The id of the entity referred to.</param>
    IReadOnlyList<T> ByForeign(string field, Guid id);
}
