using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>Writes a state as a declarative configuration: nested, by name, without ids and times, always the same text for the same configuration.</summary>
internal sealed class StateFile
{
    private readonly EntityCatalog _catalog;
    private readonly GatewayState _state;
    private readonly StateFileForm _form;
    private readonly Dictionary<(string Kind, string Id), JsonObject> _byId = [];
    private readonly HashSet<(string Kind, string Id)> _namedById = [];
    private readonly ILookup<(string Kind, string Id), (EntitySchema Kind, JsonObject Row)> _children;

    private StateFile(EntityCatalog catalog, GatewayState state, StateFileForm form)
    {
        (_catalog, _state, _form) = (catalog, state, form);
        var rows = StateKinds.Of(catalog).SelectMany(k => state[k.Name].Select(r => (Kind: k, Row: r))).ToArray();
        foreach (var (kind, row) in rows.Where(r => GatewayState.IdOf(r.Row) is not null))
        {
            _byId[(kind.Name, GatewayState.IdOf(row)!)] = row;
        }

        _children = rows.Where(r => OwnerOf(r.Kind, r.Row) is not null)
            .ToLookup(r => OwnerOf(r.Kind, r.Row) is var owner ? (owner!.Schema.Reference!, GatewayState.Referred(r.Row, owner.Name)!) : default);
        foreach (var (kind, row) in rows)
        {
            var owner = OwnerOf(kind, row);
            _namedById.UnionWith(kind.ForeignFields.Where(f => f != owner && GatewayState.Referred(row, f.Name) is { } id && NameOf(f.Schema.Reference!, id) is null)
                .Select(f => (f.Schema.Reference!, GatewayState.Referred(row, f.Name)!)));
        }
    }

    /// <summary>Writes a state.</summary>
    /// <param name="catalog">All kinds.</param>
    /// <param name="state">The state.</param>
    /// <param name="form">What is written of it.</param>
    public static JsonObject Write(EntityCatalog catalog, GatewayState state, StateFileForm form) => new StateFile(catalog, state, form).Document();

    private JsonObject Document()
    {
        var document = new JsonObject { ["_format_version"] = "3.0" };
        if (_catalog.Entities.Any(k => k.Transformations.Count > 0 && _state[k.Name].Count > 0))
        {
            // Passwords come out as they are kept, and must not be hashed a second time.
            document["_transform"] = false;
        }

        if (_form.Workspace is { } workspace)
        {
            document["_workspace"] = workspace;
        }

        if (_form.SelectTags.Count > 0)
        {
            document["_info"] = new JsonObject { ["select_tags"] = new JsonArray([.. _form.SelectTags.Select(t => (JsonNode)t)]) };
        }

        foreach (var kind in StateKinds.Of(_catalog).OrderBy(k => k.Name, StringComparer.Ordinal))
        {
            Put(document, kind, _state[kind.Name].Where(r => OwnerOf(kind, r) is null), null);
        }

        return document;
    }

    private void Put(JsonObject target, EntitySchema kind, IEnumerable<JsonObject> rows, NamedField? owner)
    {
        var shown = rows.Select(r => Shown(kind, r, owner))
            .OrderBy(r => kind.EndpointKey is { } key ? Json.String(r[key]) ?? "" : "", StringComparer.Ordinal)
            .ThenBy(r => r.ToJsonString(Wire.Options), StringComparer.Ordinal).ToArray();
        if (shown.Length > 0)
        {
            target[kind.Name] = new JsonArray([.. shown]);
        }
    }

    private JsonObject Shown(EntitySchema kind, JsonObject row, NamedField? owner)
    {
        var shown = new JsonObject();
        var id = StateKinds.HasNoIdentity(kind) ? null : GatewayState.IdOf(row);
        if (id is not null && (_form.WithIds || _namedById.Contains((kind.Name, id))))
        {
            shown["id"] = id;
        }

        if (kind.EndpointKey is { } key && row[key] is { } name)
        {
            shown[key] = name.DeepClone();
        }

        var variant = StateKinds.VariantOf(kind, row);
        foreach (var (field, declared) in kind.Fields.Where(f => f.Name != owner?.Name && !f.Schema.Transient && !StateKinds.IsBookkeeping(f.Name) && !shown.ContainsKey(f.Name)))
        {
            var schema = variant?.Field(field) ?? declared;
            if (row[field] is { } value && Canonical(schema, schema.Type is FieldType.Foreign ? Reference(schema.Reference!, value) : value) is { } canonical)
            {
                shown[field] = canonical;
            }
        }

        if (id is not null)
        {
            foreach (var children in _children[(kind.Name, id)].GroupBy(c => c.Kind).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
            {
                Put(shown, children.Key, children.Select(c => c.Row), children.Key.ForeignFields.First(f => f.Schema.Reference == kind.Name));
            }
        }

        return shown;
    }

    private JsonNode Reference(string kind, JsonNode value) =>
        Json.String((value as JsonObject)?["id"]) is { } id ? NameOf(kind, id) ?? id : value.DeepClone();

    private string? NameOf(string kind, string id) =>
        _catalog[kind].EndpointKey is { } key && _byId.TryGetValue((kind, id), out var row) ? Json.String(row[key]) : null;

    /// <summary>The one field through which an entity belongs to another that is written too; several scopes, or none, make it stand by itself.</summary>
    private NamedField? OwnerOf(EntitySchema kind, JsonObject row)
    {
        var owners = StateKinds.Owners(kind).Where(f => GatewayState.Referred(row, f.Name) is not null).ToArray();
        // Where a field of the owner has the name of the collection, readers take what is nested for the field.
        return owners is [var only] && _catalog[only.Schema.Reference!].Field(kind.Name) is null
            && _byId.ContainsKey((only.Schema.Reference!, GatewayState.Referred(row, only.Name)!)) ? only : null;
    }

    /// <summary>A value with the members of its objects sorted, without those that are null or old names of others; null when it need not be written.</summary>
    private JsonNode? Canonical(FieldSchema? schema, JsonNode value)
    {
        if (_form.SkipDefaults && schema is { HasDefault: true } && Json.Same(schema.Default, value))
        {
            return null;
        }

        switch (value)
        {
            case JsonObject map:
                var members = map.Where(p => p.Value is not null && schema?.Record?.Shorthands.Any(s => s.Name == p.Key) is not true)
                    .OrderBy(p => p.Key, StringComparer.Ordinal)
                    .Select(p => KeyValuePair.Create(p.Key, Canonical(schema?.Record?.Field(p.Key), p.Value!)))
                    .Where(p => p.Value is not null).ToArray();
                return _form.SkipDefaults && schema?.Record is not null && members.Length is 0 ? null : new JsonObject(members);
            case JsonArray list:
                return new JsonArray([.. list.Select(v => v is null ? null : Canonical(schema?.Elements, v))]);
            default:
                return value.DeepClone();
        }
    }
}

/// <summary>What is written of a state.</summary>
internal sealed record StateFileForm
{
    /// <summary>The tags by which the state was selected.</summary>
    public IReadOnlyList<string> SelectTags { get; init; } = [];

    /// <summary>The workspace that it was read from, or null.</summary>
    public string? Workspace { get; init; }

    /// <summary>Whether every id is written, not only where an entity has no other name.</summary>
    public bool WithIds { get; init; }

    /// <summary>Whether values that a gateway would take by itself are left out.</summary>
    public bool SkipDefaults { get; init; }
}
