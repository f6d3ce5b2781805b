using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>Reads declarative configurations: nested or flat, with names or ids as references, in the formats 1.1, 2.1 and 3.0.</summary>
/// <param name="catalog">The declared entities; what they declare is all that is known of them here.</param>
/// <param name="time">The clock that fills times.</param>
public sealed class DeclarativeReader(EntityCatalog catalog, TimeProvider time)
{
    /// <summary>Reads a text.</summary>
    /// <param name="text">The text, in JSON or YAML.</param>
    /// <param name="fileName">The name of the file that it comes from, or null.</param>
    public DeclarativeResult Read(string text, string? fileName = null) =>
        DeclarativeText.Read(text, out var error, fileName) is { } document ? Read(document) : new DeclarativeResult(null, DeclarativeErrors.NotReadable(error!));

    /// <summary>Reads a document.</summary>
    /// <param name="document">The document; it is brought into format 3.0, and ids that are derived are put into it.</param>
    public DeclarativeResult Read(JsonObject document)
    {
        OldPaths.Migrate(document);
        var walk = new DocumentWalk(catalog, time);
        walk.Walk(document);
        if (!walk.Errors.IsEmpty)
        {
            return new DeclarativeResult(null, new DeclarativeErrors(walk.Errors.Root));
        }

        foreach (var row in walk.Rows.Where(r => r.IsIdKnown))
        {
            row.Item["id"] = row.Id.ToString();
        }

        var errors = new DeclaredReferences(walk.Rows).Resolve();
        return errors.IsEmpty ? new DeclarativeResult(new DeclarativeConfig(catalog, document, walk.Rows), null) : new DeclarativeResult(null, new DeclarativeErrors(errors.Root));
    }
}

/// <summary>A configuration, or everything that is wrong with its document.</summary>
/// <param name="Config">The configuration; null when something is wrong.</param>
/// <param name="Errors">What is wrong; null when nothing is.</param>
public sealed record DeclarativeResult(DeclarativeConfig? Config, DeclarativeErrors? Errors);
