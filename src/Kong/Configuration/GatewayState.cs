using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>All entities of a gateway, or of a file, by kind.</summary>
internal sealed class GatewayState
{
    private readonly Dictionary<string, List<JsonObject>> _rows = new(StringComparer.Ordinal);

    /// <summary>The entities of a kind.</summary>
    public IReadOnlyList<JsonObject> this[string kind] => _rows.GetValueOrDefault(kind, []);

    /// <summary>How many entities there are.</summary>
    public int Count => _rows.Values.Sum(r => r.Count);

    /// <summary>Adds entities of a kind.</summary>
    public void Add(string kind, IEnumerable<JsonObject> rows)
    {
        if (!_rows.TryGetValue(kind, out var there))
        {
            _rows[kind] = there = [];
        }

        there.AddRange(rows);
    }

    /// <summary>The id of an entity; a link has none of its own.</summary>
    public static string? IdOf(JsonObject row) => Json.String(row["id"]);

    /// <summary>The id of the entity that a field refers to, or null.</summary>
    public static string? Referred(JsonObject row, string field) => row[field] is JsonObject reference ? Json.String(reference["id"]) : null;
}
