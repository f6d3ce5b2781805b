using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>Finds the entities of a document, at its top and nested in others, gives them ids, and parses each by its schema.</summary>
internal sealed class DocumentWalk(EntityCatalog catalog, TimeProvider time)
{
    private const string NotHere = "value must be null";

    // They are read off the entities that carry them.
    private static readonly HashSet<string> _noCollections = ["tags"];
    private static readonly HashSet<string> _notes = ["_format_version", "_transform", "_comment", "_ignore", "_info", "_workspace"];
    private static readonly BetweenRule _ttl = new(0, 100_000_000);

    private readonly EntityRelations _relations = new(catalog);
    private readonly HashSet<(string Kind, Guid Id)> _ids = [];
    private readonly ParseOptions _insert = new() { Mode = ParseMode.Insert, Time = time };
    private readonly List<(Place Place, string Field)> _withoutParent = [];
    private readonly List<(Place Place, string Field)> _withForeign = [];
    private DeclarativeInfo _info = DeclarativeInfo.Read(null, out _);
    private bool _keepsTimes;
    private bool _needsParents;

    /// <summary>The entities, those around others first.</summary>
    public List<DeclaredRow> Rows { get; } = [];

    /// <summary>What is wrong.</summary>
    public ErrorTree Errors { get; } = new();

    /// <summary>Walks through a document.</summary>
    public void Walk(JsonObject document)
    {
        ReadNotes(document);
        foreach (var (name, value) in document)
        {
            if (!_notes.Contains(name) && (_noCollections.Contains(name) || catalog.Find(name) is null))
            {
                Errors.Add(null, name, Messages.Unknown);
            }
        }

        foreach (var schema in catalog.Entities.Where(e => !_noCollections.Contains(e.Name)))
        {
            Collect(document, schema, null, null);
        }

        Parallel.ForEach(Rows, Parse);
        foreach (var row in Rows.Where(r => r.Violations is not null))
        {
            foreach (var (field, error) in row.Violations!.Fields)
            {
                Errors.Add(row.Place, field, error);
            }
        }

        AddRefusedNesting();
    }

    private void ReadNotes(JsonObject document)
    {
        var version = document["_format_version"];
        var wrong = version is null ? Messages.Required
            : Json.String(version) is not { } text ? Messages.Expected(FieldType.String)
            : new OneOfRule("1.1", "2.1", "3.0").Judge(text);
        if (wrong is not null)
        {
            Errors.Add(null, "_format_version", wrong);
        }

        if (document["_transform"] is { } transform && Json.Boolean(transform) is null)
        {
            Errors.Add(null, "_transform", Messages.Expected(FieldType.Boolean));
        }

        if (document["_workspace"] is { } workspace && Json.String(workspace) is null)
        {
            Errors.Add(null, "_workspace", Messages.Expected(FieldType.String));
        }

        _keepsTimes = Json.Boolean(document["_transform"]) is false;
        _info = DeclarativeInfo.Read(document["_info"], out var error);
        if (error is not null)
        {
            Errors.Add(null, "_info", error);
        }

        ReadComments(document, null);
    }

    private void ReadComments(JsonObject item, Place? place)
    {
        if (item["_comment"] is { } comment && Json.String(comment) is null)
        {
            Errors.Add(place, "_comment", Messages.Expected(FieldType.String));
        }

        if (item["_ignore"] is { } ignored and not (JsonArray or JsonObject { Count: 0 }))
        {
            Errors.Add(place, "_ignore", Messages.Expected(FieldType.Array));
        }
    }

    private void Collect(JsonObject around, EntitySchema schema, DeclaredRow? parent, string? field)
    {
        // An empty list cannot be told from an empty object by the clients that send either.
        if (around[schema.Name] is not { } value || value is JsonObject { Count: 0 })
        {
            return;
        }

        if (value is not JsonArray list)
        {
            Errors.Add(parent?.Place, schema.Name, Messages.Expected(FieldType.Array));
            return;
        }

        for (var i = 0; i < list.Count; i++)
        {
            var place = new Place(parent?.Place, schema.Name, i);
            if (list[i] is JsonObject item)
            {
                Add(item, schema, place, parent, field);
            }
            else
            {
                Errors.AddWhole(place, Messages.Expected(FieldType.Record));
            }
        }
    }

    private void Add(JsonObject item, EntitySchema schema, Place place, DeclaredRow? parent, string? field)
    {
        ReadComments(item, place);
        var children = _relations.ChildrenOf(schema.Name).ToList();
        var row = new DeclaredRow { Schema = schema, Place = place, Item = item, Parent = parent, ParentField = field, Input = Fields(item, schema, children) };
        _info.Apply(schema, row.Input);
        TakeId(row);
        TakeReferences(row);
        TakeTtl(row);
        Rows.Add(row);
        foreach (var (kind, childField) in children)
        {
            Collect(item, catalog[kind], row, childField);
        }
    }

    private static JsonObject Fields(JsonObject item, EntitySchema schema, List<(string Kind, string Field)> children)
    {
        var input = new JsonObject();
        foreach (var (name, value) in item)
        {
            if (name is not ("_comment" or "_ignore" or "ws_id") && !(name is "ttl" && schema.Ttl) && !children.Exists(c => c.Kind == name))
            {
                input[name] = value?.DeepClone();
            }
        }

        return input;
    }

    private void TakeId(DeclaredRow row)
    {
        if (row.Item["id"] is { } written)
        {
            row.IsIdKnown = Guid.TryParse(Json.String(written), out var id);
            row.Id = row.IsIdKnown ? id : Guid.NewGuid();
            _ids.Add((row.Schema.Name, row.Id));
            return;
        }

        var parent = row.Parent is { IsIdKnown: true } known ? known.Id : default(Guid?);
        var derived = EntityIds.KeyOf(row.Schema, row.Item, row.ParentField, parent, expand: false) is { } key ? EntityIds.Of(row.Schema.Name, key) : default(Guid?);
        if (derived is { } taken && !_ids.Add((row.Schema.Name, taken)) && EntityIds.KeyOf(row.Schema, row.Item, row.ParentField, parent, expand: true) is { } fuller)
        {
            // Two entities that differ in nothing but what they refer to by an object.
            derived = EntityIds.Of(row.Schema.Name, fuller);
        }

        row.IsIdKnown = derived is not null;
        row.Id = derived ?? Guid.NewGuid();
        row.Input["id"] = row.Id.ToString();
    }

    private void TakeReferences(DeclaredRow row)
    {
        if (row.Schema.Transformations.Any(t => t.Needs is { } need && row.Schema.Field(need)?.Type is FieldType.Foreign && row.Item[t.Field] is not null))
        {
            _needsParents = true;
        }

        foreach (var (name, foreign) in row.Schema.ForeignFields)
        {
            var value = row.Item[name];
            if (value is not null && row.Parent is not null)
            {
                _withForeign.Add((row.Place, name));
            }

            _needsParents |= value is JsonObject;
            if (name == row.ParentField)
            {
                if (value is null && row.Parent!.Schema.Field(row.Schema.Name) is not null && foreign.Required is true)
                {
                    _withoutParent.Add((row.Place, name));
                }

                row.Input[name] = Reference(row.Parent!.Id);
            }
            else if (value is not null)
            {
                row.References.Add((name, foreign.Reference!, value));
                if (Json.String(value) is not null)
                {
                    // What it stands for is found when all entities are known.
                    row.Input[name] = Reference(Guid.Empty);
                }
            }
        }
    }

    private void TakeTtl(DeclaredRow row)
    {
        if (row.Schema.Ttl && row.Item["ttl"] is { } ttl && (double.IsInteger(Json.Number(ttl)) ? _ttl.Judge(ttl) : Messages.Expected(FieldType.Integer)) is { } error)
        {
            Errors.Add(row.Place, "ttl", error);
        }
    }

    private void Parse(DeclaredRow row)
    {
        var (value, violations) = SchemaParser.Parse(row.Schema, row.Input, _insert);
        row.Violations = violations;
        row.Row = value;
        if (value is not null && _keepsTimes && row.Item["updated_at"] is { } updated)
        {
            // An export says when its rows were changed; to read it changes none.
            value["updated_at"] = updated.DeepClone();
        }
    }

    /// <summary>
    /// Adds the errors of nesting. The original reads a document twice: first with nested entities that know nothing of those around them and
    /// refer to none, and when that fails, with those references filled in. The second reading does not fill them in where the entity around
    /// has a field of the collection's name. So each error counts only when the other reading fails as well.
    /// </summary>
    private void AddRefusedNesting()
    {
        var failsFirst = _needsParents || _withForeign.Count > 0;
        if (Errors.IsEmpty && !(failsFirst && _withoutParent.Count > 0))
        {
            return;
        }

        _withoutParent.ForEach(w => Errors.Add(w.Place, w.Field, Messages.Required));
        _withForeign.ForEach(w => Errors.Add(w.Place, w.Field, NotHere));
    }

    private static JsonObject Reference(Guid id) => new() { ["id"] = id.ToString() };
}
