using System.Collections.Concurrent;
using Gateway.Manager.AdminApi;
using Gateway.Manager.Catalog;

namespace Gateway.Manager.Forms;

/// <summary>The names of entities that others refer to by id, for as long as one person looks at pages.</summary>
public sealed class EntityNames(AdminClient admin)
{
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>The name, if it was read before; otherwise a short form of the id.</summary>
    public string Known(string kind, string id) => _names.GetValueOrDefault($"{kind}/{id}") ?? id[..Math.Min(8, id.Length)];

    /// <summary>Reads the names that are not known yet, a few at a time.</summary>
    /// <param name="references">Kinds and ids.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task LoadAsync(IEnumerable<(string Kind, string Id)> references, CancellationToken cancellation = default)
    {
        var missing = references.Distinct().Where(reference => !_names.ContainsKey($"{reference.Kind}/{reference.Id}"));
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellation }, async (reference, token) =>
        {
            if (EntityKinds.Find(reference.Kind) is { } kind && (await admin.GetAsync($"{kind.Path}/{reference.Id}", token)).Entity is { } entity)
            {
                _names[$"{reference.Kind}/{reference.Id}"] = kind.NameOf(entity);
            }
        });
    }
}
