namespace Gateway.Entities.Declarative;

/// <summary>Where in a document an entity stands.</summary>
/// <param name="Around">The place of the entity that it is nested in, or null at the top.</param>
/// <param name="Collection">The name of the list.</param>
/// <param name="Index">The position in the list, from 0.</param>
internal sealed record Place(Place? Around, string Collection, int Index);
