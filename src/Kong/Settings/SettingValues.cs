using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Kong.Settings;

/// <summary>The values of all settings after every source was read; the getters expect values that were checked.</summary>
internal sealed class SettingValues(IReadOnlyDictionary<string, string?> values, IReadOnlySet<string> given)
{
    /// <summary>The text, or null when unset.</summary>
    public string? Text(string name) => values[name];

    /// <summary>The text of a setting that has a default.</summary>
    public string Required(string name) => values[name] ?? throw new InvalidOperationException($"{name} has no value.");

    /// <summary>Whether a source other than the default gave it.</summary>
    public bool IsGiven(string name) => given.Contains(name);

    /// <summary>The number, or null when unset.</summary>
    public double? Number(string name) => values[name] is { } v ? double.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

    /// <summary>The whole number of a setting that has a default.</summary>
    public int Whole(string name) => (int)Number(name)!.Value;

    /// <summary>The bytes of a size with a default.</summary>
    public long Bytes(string name) => SettingRules.TryReadSize(Required(name), out var bytes) ? bytes : 0;

    /// <summary>The truth of a boolean.</summary>
    public bool Flag(string name) => values[name] is "on" or "true";

    /// <summary>The parts of a list; <c>off</c> alone is none.</summary>
    public IReadOnlyList<string> List(string name) => values[name] is null or "off" ? [] : SettingRules.List(values[name]!);

    /// <summary>All effective values as <c>GET /</c> shows them, secrets as <c>******</c>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var setting in SettingCatalog.All)
        {
            if (values[setting.Name] is { } value)
            {
                json[setting.Name] = setting.Sensitive ? "******" : setting.Kind switch
                {
                    SettingKind.Boolean => Flag(setting.Name),
                    SettingKind.Number => JsonNode.Parse(Number(setting.Name)!.Value.ToString(CultureInfo.InvariantCulture)),
                    SettingKind.List or SettingKind.Listeners or SettingKind.Certificate
                        when setting.Name is not ("cluster_cert" or "cluster_ca_cert") =>
                        new JsonArray([.. SettingRules.List(value).Select(v => (JsonNode?)v)]),
                    _ => value,
                };
            }
        }

        return json;
    }
}
