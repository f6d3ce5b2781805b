using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Vaults;

/// <summary>Looks up what references such as <c>{vault://env/NAME}</c>, <c>{vault://env/NAME/key}</c> and <c>{vault://my-vault/NAME}</c> lead to: an environment variable, or one member of the JSON in it.</summary>
/// <param name="variable">The value of an environment variable, or null.</param>
/// <param name="prefix">What the names of variables begin with where a reference names <c>env</c> itself (<c>vault_env_prefix</c>), or null.</param>
/// <param name="vaults">The vaults by whose prefixes references may name them.</param>
public sealed class VaultSecrets(Func<string, string?> variable, string? prefix, IEnumerable<Vault> vaults)
{
    private const string Start = "{vault://";
    private readonly Dictionary<string, Vault> _byPrefix = vaults.GroupBy(v => v.Prefix, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    /// <summary>Looks a reference up; null with a reason when it leads to nothing.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="error">The reason.</param>
    public string? Resolve(string reference, out string? error)
    {
        var parts = reference[Start.Length..^1].Split('?', 2)[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        error = null;
        if (parts.Length is < 2 or > 3)
        {
            error = $"could not parse reference {reference}";
            return null;
        }

        var vault = _byPrefix.GetValueOrDefault(parts[0]);
        if (vault is null ? parts[0] is not "env" : vault.Name is not "env")
        {
            error = $"could not find vault ({parts[0]})";
            return null;
        }

        var name = (vault is null ? prefix : Json.String(vault.Config?["prefix"])) + parts[1];
        if (variable(name.Replace('-', '_').ToUpperInvariant()) is not { } value)
        {
            error = "could not get value from external vault (no value found)";
            return null;
        }

        return parts.Length == 2 ? value : Member(value, parts[2], out error);
    }

    /// <summary>Replaces the references in those fields that may hold some; the same object when there are none.</summary>
    /// <param name="values">The values.</param>
    /// <param name="schema">Their schema.</param>
    /// <param name="failed">Told the field and the reason when a reference leads to nothing; an empty text stands in.</param>
    public JsonObject Fill(JsonObject values, RecordSchema schema, Action<string, string> failed) => Filled(values, schema, "", failed) ?? values;

    private JsonNode? Filled(JsonNode? value, FieldSchema field, string path, Action<string, string> failed)
    {
        switch (value)
        {
            case JsonObject map when field.Record is { } record:
                return Filled(map, record, path + ".", failed);
            case JsonObject map when field.Values is { } values:
                return Filled(map, _ => values, path + ".", failed);
            case JsonArray list when field.Elements is { } elements:
                var items = list.Select((item, i) => Filled(item, elements, $"{path}[{i + 1}]", failed)).ToList();
                return items.TrueForAll(i => i is null) ? null : new JsonArray([.. list.Select((item, i) => items[i] ?? item?.DeepClone())]);
            case JsonValue when field.Referenceable && Json.String(value) is { } text && VaultReference.Is(text):
                if (Resolve(text, out var error) is { } secret)
                {
                    return JsonValue.Create(secret);
                }

                failed(path, error!);
                return JsonValue.Create("");
            default:
                return null;
        }
    }

    private JsonObject? Filled(JsonObject map, RecordSchema record, string path, Action<string, string> failed) =>
        Filled(map, record.Field, path, failed);

    /// <summary>A copy with what was replaced, or null when nothing was.</summary>
    private JsonObject? Filled(JsonObject map, Func<string, FieldSchema?> schemaOf, string path, Action<string, string> failed)
    {
        JsonObject? filled = null;
        foreach (var (name, value) in map)
        {
            if (schemaOf(name) is { } field && Filled(value, field, path + name, failed) is { } replaced)
            {
                filled ??= (JsonObject)map.DeepClone();
                filled[name] = replaced;
            }
        }

        return filled;
    }

    private static string? Member(string json, string key, out string? error)
    {
        error = null;
        if (Json.TryParse(System.Text.Encoding.UTF8.GetBytes(json), out var node) && node is JsonObject members && members[key] is JsonValue member)
        {
            return member.ToString();
        }

        error = $"could not get value from external vault (subfield {key} not found)";
        return null;
    }
}
