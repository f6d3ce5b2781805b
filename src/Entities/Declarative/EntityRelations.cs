namespace Gateway.Entities.Declarative;

/// <summary>Which entities refer to which, and so which may be nested in which.</summary>
internal sealed class EntityRelations
{
    private readonly ILookup<string, (string Field, string Kind)> _references;
    private readonly ILookup<string, (string Kind, string Field)> _children;

    /// <summary>Reads the relations of declared entities.</summary>
    public EntityRelations(EntityCatalog catalog)
    {
        var all = catalog.Entities.SelectMany(e => e.ForeignFields.Select(f => (Kind: e.Name, Field: f.Name, Reference: f.Schema.Reference!))).ToArray();
        _references = all.ToLookup(r => r.Kind, r => (r.Field, r.Reference), StringComparer.Ordinal);
        _children = all.ToLookup(r => r.Reference, r => (r.Kind, r.Field), StringComparer.Ordinal);
    }

    /// <summary>The fields of a kind that refer to others, and the kinds that they refer to.</summary>
    public IEnumerable<(string Field, string Kind)> ReferencesOf(string kind) => _references[kind];

    /// <summary>The kinds that refer to one, and the fields by which they do.</summary>
    public IEnumerable<(string Kind, string Field)> ChildrenOf(string kind) => _children[kind];
}
