using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>Finds the steps from one state to another, in an order in which a gateway takes them.</summary>
/// <remarks>Entities are the same when they have the same name or other unique value, else when they have the same id, else when they say the same.</remarks>
internal sealed class StateDiff
{
    private readonly EntityCatalog _catalog;
    private readonly GatewayState _current;
    private readonly Dictionary<(string Kind, string Id), string> _ids = [];
    private readonly Dictionary<(string Kind, string Id), string> _names = [];
    private readonly List<StateChange> _writes = [];
    private readonly List<StateChange> _deletes = [];

    private StateDiff(EntityCatalog catalog, GatewayState current) => (_catalog, _current) = (catalog, current);

    /// <summary>The steps that make the current state the wanted one.</summary>
    public static IReadOnlyList<StateChange> Between(EntityCatalog catalog, GatewayState current, GatewayState wanted)
    {
        var diff = new StateDiff(catalog, current);
        foreach (var kind in StateKinds.Of(catalog))
        {
            diff.Compare(kind, wanted[kind.Name]);
        }

        return diff.Ordered();
    }

    private void Compare(EntitySchema kind, IReadOnlyList<JsonObject> wantedRows)
    {
        var current = _current[kind.Name];
        foreach (var row in current)
        {
            Remember(kind, row);
        }

        var wanted = wantedRows.Select(r => Mapped(kind, r)).ToArray();
        var match = Match(kind, current, wanted);
        var taken = current.Select(GatewayState.IdOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var (index, row) in wanted.Index())
        {
            var found = match[index];
            var id = found is not null ? GatewayState.IdOf(found) : FreeId(kind, row, taken);
            if (id is not null)
            {
                _ids[(kind.Name, GatewayState.IdOf(wantedRows[index]) ?? id)] = id;
                row["id"] = id;
                Remember(kind, row);
            }

            var differences = found is null ? [] : RowComparer.Compare(kind, found, row).Select(d => WithNames(kind, d)).ToArray();
            if (found is null || differences.Length > 0)
            {
                _writes.Add(new StateChange(found is null ? StateAction.Create : StateAction.Update, kind, Title(kind, row), found, row, differences));
            }
        }

        var kept = match.OfType<JsonObject>().ToHashSet<JsonObject>(ReferenceEqualityComparer.Instance);
        _deletes.AddRange(current.Where(r => !kept.Contains(r)).Select(r => new StateChange(StateAction.Delete, kind, Title(kind, r), r, null, [])));
    }

    /// <summary>For each wanted row the current one that it is, or null.</summary>
    private static JsonObject?[] Match(EntitySchema kind, IReadOnlyList<JsonObject> current, JsonObject[] wanted)
    {
        var match = new JsonObject?[wanted.Length];
        var free = current.ToHashSet<JsonObject>(ReferenceEqualityComparer.Instance);
        foreach (var key in Keys(kind))
        {
            Take(row => KeyOf(row, key));
        }

        Take(GatewayState.IdOf);
        Take(row => kind.IsLink ? null : Content(kind, row));
        return match;

        void Take(Func<JsonObject, string?> keyOf)
        {
            if (free.Count is 0 || match.All(m => m is not null))
            {
                return;
            }

            var byKey = new Dictionary<string, Queue<JsonObject>>(StringComparer.Ordinal);
            foreach (var row in free.Where(r => keyOf(r) is not null))
            {
                (byKey.TryGetValue(keyOf(row)!, out var rows) ? rows : byKey[keyOf(row)!] = new()).Enqueue(row);
            }

            foreach (var (index, row) in wanted.Index().Where(w => match[w.Index] is null))
            {
                if (keyOf(row) is { } key && byKey.TryGetValue(key, out var rows) && rows.TryDequeue(out var found))
                {
                    match[index] = found;
                    free.Remove(found);
                }
            }
        }
    }

    /// <summary>The sets of fields that tell an entity from all others of its kind.</summary>
    private static IEnumerable<IReadOnlyList<string>> Keys(EntitySchema kind)
    {
        if (kind.CacheKey.Count > 1)
        {
            yield return kind.CacheKey;
        }

        foreach (var field in kind.UniqueFields.Select(f => f.Name).Prepend(kind.EndpointKey).OfType<string>().Distinct())
        {
            if (kind.Field(field)!.Unique is true || kind.CacheKey is [var only] && only == field)
            {
                yield return [field];
            }
        }
    }

    private static string? KeyOf(JsonObject row, IReadOnlyList<string> fields)
    {
        var values = fields.Select(f => GatewayState.Referred(row, f) ?? Json.String(row[f])).ToArray();
        return values.All(v => v is null) || (fields.Count is 1 && values[0] is null) ? null : string.Join('\n', values);
    }

    private static string Content(EntitySchema kind, JsonObject row) => new JsonObject(kind.Fields
        .Where(f => !f.Schema.Transient && !StateKinds.IsBookkeeping(f.Name) && row[f.Name] is not null)
        .Select(f => KeyValuePair.Create(f.Name, row[f.Name]?.DeepClone()))).ToJsonString(Wire.Options);

    /// <summary>The row, its references leading to entities of the gateway.</summary>
    private JsonObject Mapped(EntitySchema kind, JsonObject row)
    {
        var mapped = (JsonObject)row.DeepClone();
        foreach (var (field, schema) in kind.ForeignFields)
        {
            if (GatewayState.Referred(row, field) is { } id && _ids.TryGetValue((schema.Reference!, id), out var known))
            {
                mapped[field] = new JsonObject { ["id"] = known };
            }
        }

        // Services list the authorities that they trust by their ids.
        foreach (var (field, schema) in kind.Fields.Where(f => f.Schema.Elements is { IsUuid: true } && _catalog.Find(f.Name) is not null))
        {
            if (row[field] is JsonArray ids)
            {
                mapped[field] = new JsonArray([.. ids.Select(i => (JsonNode?)(Json.String(i) is { } id ? _ids.GetValueOrDefault((field, id), id) : i?.DeepClone()))]);
            }
        }

        return mapped;
    }

    private static string? FreeId(EntitySchema kind, JsonObject row, HashSet<string> taken)
    {
        var id = GatewayState.IdOf(row);
        return kind.IsLink ? null : id is not null && !taken.Contains(id) ? id : Guid.NewGuid().ToString();
    }

    private void Remember(EntitySchema kind, JsonObject row)
    {
        if (GatewayState.IdOf(row) is { } id)
        {
            _names[(kind.Name, id)] = kind.EndpointKey is { } key && !StateKinds.IsSecret(kind, key) && Json.String(row[key]) is { } name ? name : id;
        }
    }

    /// <summary>People know what is referred to by its name.</summary>
    private FieldDifference WithNames(EntitySchema kind, FieldDifference difference)
    {
        return kind.ForeignFields.FirstOrDefault(f => f.Name == difference.Path)?.Schema.Reference is { } referred
            ? difference with { Old = Named(difference.Old), New = Named(difference.New) }
            : difference;

        JsonNode? Named(JsonNode? reference) => Json.String((reference as JsonObject)?["id"]) is { } id ? _names.GetValueOrDefault((referred, id), id) : reference;
    }

    /// <summary>The entity in a person's words: <c>plugin key-auth of route r</c>.</summary>
    private string Title(EntitySchema kind, JsonObject row)
    {
        var noun = kind.Name.EndsWith("ies", StringComparison.Ordinal) ? kind.Name[..^3] + "y" : kind.Name.TrimEnd('s');
        var secret = kind.EndpointKey is { } key && StateKinds.IsSecret(kind, key);
        var name = kind.Name is "plugins" ? Json.String(row["name"]) : secret ? null : _names.GetValueOrDefault((kind.Name, GatewayState.IdOf(row) ?? ""));
        var owners = StateKinds.Owners(kind).Where(f => GatewayState.Referred(row, f.Name) is not null)
            .Select(f => $"{f.Name.Replace('_', ' ')} {_names.GetValueOrDefault((f.Schema.Reference!, GatewayState.Referred(row, f.Name)!), GatewayState.Referred(row, f.Name)!)}").ToArray();
        return $"{noun.Replace('_', ' ')}{(name is null ? "" : $" {name}")}{(owners.Length > 0 ? $" of {string.Join(" and ", owners)}" : "")}";
    }

    /// <summary>Writes go from parents to children and deletes from children to parents; a delete comes first where what is written takes over a unique value.</summary>
    private IReadOnlyList<StateChange> Ordered()
    {
        _deletes.Reverse();
        var claimed = _writes.SelectMany(w => Keys(w.Kind).Select(k => (w.Kind.Name, Key: KeyOf(w.Wanted!, k))).Where(k => k.Key is not null)).ToHashSet();
        var first = new HashSet<StateChange>(_deletes.Where(d => Keys(d.Kind).Any(k => KeyOf(d.Current!, k) is { } key && claimed.Contains((d.Kind.Name, key)))));
        var going = first.Select(d => (d.Kind.Name, Id: GatewayState.IdOf(d.Current!))).ToHashSet();
        foreach (var delete in Enumerable.Reverse(_deletes))
        {
            // What hangs on a row that goes first goes before it.
            if (delete.Kind.ForeignFields.Any(f => GatewayState.Referred(delete.Current!, f.Name) is { } id && going.Contains((f.Schema.Reference!, id))))
            {
                first.Add(delete);
                going.Add((delete.Kind.Name, GatewayState.IdOf(delete.Current!)));
            }
        }

        return [.. _deletes.Where(first.Contains), .. _writes, .. _deletes.Where(d => !first.Contains(d))];
    }
}
