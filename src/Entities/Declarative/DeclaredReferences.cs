using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>Puts ids in the place of names, and judges what entities say of each other: nothing unique twice, no reference to what is not there.</summary>
internal sealed class DeclaredReferences(IReadOnlyList<DeclaredRow> rows)
{
    private const string Anywhere = "*";
    private readonly Dictionary<(string Workspace, string Kind, string Key), DeclaredRow> _byKey = [];
    private readonly Dictionary<(string Kind, Guid Id), DeclaredRow> _byId = [];

    /// <summary>Completes the rows.</summary>
    /// <returns>What is wrong.</returns>
    public ErrorTree Resolve()
    {
        var errors = new ErrorTree();
        foreach (var row in rows)
        {
            AddUnique(row, errors);
        }

        foreach (var row in rows)
        {
            foreach (var (field, kind, value) in row.References)
            {
                if (Find(row, kind, value) is { } found)
                {
                    row.Row![field] = new JsonObject { ["id"] = found.Id.ToString() };
                }
                else
                {
                    var shown = Json.String(value) ?? value.ToJsonString(Wire.Options);
                    errors.AddByKey(row.Schema.Name, KeyOf(row) ?? row.Id.ToString(), new JsonArray($"invalid reference '{field}: {shown}' (no such entry in '{kind}')"));
                }
            }
        }

        if (errors.IsEmpty)
        {
            AddOtherUniques(errors);
        }

        return errors;
    }

    private void AddUnique(DeclaredRow row, ErrorTree errors)
    {
        var isTaken = false;
        if (KeyOf(row) is { } key && !_byKey.TryAdd((WorkspaceOf(row, row.Schema.EndpointKey!), row.Schema.Name, key), row))
        {
            isTaken = true;
            Report(errors, row, row.Place with { Around = null }, row.Schema.EndpointKey!, key);
        }

        if (!_byId.TryAdd((row.Schema.Name, row.Id), row) && !isTaken)
        {
            Report(errors, row, row.Place, "primary key", row.Id.ToString());
        }
    }

    /// <summary>The values and combinations that are unique though nothing is addressed by them.</summary>
    private void AddOtherUniques(ErrorTree errors)
    {
        var seen = new HashSet<(string Kind, string Field, string Workspace, string Value)>();
        foreach (var row in rows)
        {
            foreach (var (name, field) in row.Schema.UniqueFields.Where(f => f.Name != row.Schema.EndpointKey))
            {
                if (row.Row![name] is { } value && !seen.Add((row.Schema.Name, name, WorkspaceOf(row, name), Text(value))))
                {
                    errors.AddByKey(row.Schema.Name, KeyOf(row) ?? row.Id.ToString(), Message(row, name, Text(value)));
                }
            }

            if (row.Schema.CacheKey is { Count: > 1 } combination
                && !seen.Add((row.Schema.Name, Anywhere, row.Workspace ?? Anywhere, string.Join('\n', combination.Select(k => Text(row.Row![k]))))))
            {
                var parts = combination.Where(k => row.Row![k] is not null).ToList();
                Report(errors, row, row.Place, string.Join(", ", parts), string.Join(", ", parts.Select(k => Text(row.Row![k]))));
            }
        }
    }

    private DeclaredRow? Find(DeclaredRow row, string kind, JsonNode value)
    {
        var text = Json.String(value) ?? Json.String((value as JsonObject)?["id"]);
        return text is null ? null
            : _byKey.GetValueOrDefault((row.Workspace ?? Anywhere, kind, text)) ?? _byKey.GetValueOrDefault((Anywhere, kind, text))
            ?? (Guid.TryParse(text, out var id) ? _byId.GetValueOrDefault((kind, id)) : null);
    }

    private static string? KeyOf(DeclaredRow row) =>
        row.Schema.EndpointKey is { } key && row.Schema.Field(key)!.Unique is true ? Json.String(row.Row![key]) : null;

    private static string WorkspaceOf(DeclaredRow row, string field) =>
        row.Schema.Field(field)!.UniqueAcrossWorkspaces || !row.Schema.Workspaceable ? Anywhere : row.Workspace ?? Anywhere;

    private static void Report(ErrorTree errors, DeclaredRow row, Place place, string field, string value) => errors.AddWhole(place, Message(row, field, value));

    private static string Message(DeclaredRow row, string field, string value) => $"uniqueness violation: '{row.Schema.Name}' entity with {field} set to '{value}' already declared";

    private static string Text(JsonNode? value) => value is JsonObject reference ? Json.String(reference["id"]) ?? string.Empty : value is null ? string.Empty : Json.Text(value);
}
