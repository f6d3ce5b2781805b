using System.Text.Json.Nodes;

namespace Gateway.DataPlane.Sync;

/// <summary>Hides secrets in settings that leave this node.</summary>
internal static class SettingsMask
{
    private const string Mask = "******";

    private static readonly string[] _words = ["password", "secret", "token", "_key", "private"];

    private static readonly HashSet<string> _names =
        ["proxy_server", "declarative_config_string", "cluster_cert_key", "cluster_ocsp_key", "pg_ro_password", "redis_url"];

    public static JsonObject Apply(JsonObject settings)
    {
        var masked = new JsonObject();
        foreach (var (name, value) in settings)
        {
            masked[name] = value switch
            {
                null => null,
                _ when IsSecret(name) => Mask,
                JsonObject nested => Apply(nested),
                _ => value.DeepClone(),
            };
        }

        return masked;
    }

    // By words rather than by a list, so that a secret of a later setting is not forgotten here.
    private static bool IsSecret(string name) =>
        _names.Contains(name) || _words.Any(w => name.Contains(w, StringComparison.OrdinalIgnoreCase));
}
