namespace Gateway.Kong.Settings;

/// <summary>Judges settings against each other: what a role needs and what it cannot have.</summary>
internal static class SettingsChecks
{
    private static readonly string[] _pairs = ["ssl_cert", "admin_ssl_cert", "admin_gui_ssl_cert", "status_ssl_cert", "client_ssl_cert"];
    private static readonly string[] _accessLogs = ["proxy_access_log", "admin_access_log", "admin_gui_access_log", "status_access_log"];

    /// <summary>Every complaint, in Kong's words.</summary>
    public static IEnumerable<string> Judge(SettingValues values)
    {
        var role = values.Text("role");
        return Pairs(values)
            .Concat(AccessLogs(values))
            .Concat(values.Text("nginx_proxy_ssl_verify_client") is "on" or "optional" && values.Text("nginx_proxy_ssl_client_certificate") is null
                ? ["nginx_proxy_ssl_client_certificate must be specified when nginx_proxy_ssl_verify_client is on or optional"] : [])
            .Concat(role is "control_plane" or "data_plane" ? Hybrid(values) : [])
            .Concat(role == "control_plane" ? ControlPlane(values) : [])
            .Concat(role == "data_plane" ? DataPlane(values) : [])
            .Concat(role == "traditional" && values.List("cluster_dp_labels").Count > 0 ? ["cluster_dp_labels can only be used when role = \"data_plane\""] : []);
    }

    private static IEnumerable<string> AccessLogs(SettingValues values)
    {
        var declared = AccessLogSetting.Declared(values.Text("nginx_http_log_format"));
        return from name in _accessLogs
               let format = AccessLogSetting.Read(values.Required(name))?.Format
               where format is not null && AccessLogSetting.FormatOf(format, declared) is null
               select $"{name}: unknown log format \"{format}\"";
    }

    private static IEnumerable<string> Pairs(SettingValues values)
    {
        foreach (var name in _pairs)
        {
            var (certificates, keys) = (values.List(name), values.List(name + "_key"));
            if (certificates.Count == 0 && keys.Count == 0 && !(name is "client_ssl_cert" && values.Flag("client_ssl")))
            {
                continue;
            }

            if (keys.Count == 0)
            {
                yield return $"{name}_key must be specified";
            }

            if (certificates.Count == 0)
            {
                yield return $"{name} must be specified";
            }

            if (keys.Count > 0 && certificates.Count > 0 && keys.Count != certificates.Count)
            {
                yield return $"{name} was specified {certificates.Count} times while {name}_key was specified {keys.Count} times";
            }

            foreach (var problem in Loading(name, certificates, keys))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> Hybrid(SettingValues values)
    {
        if (values.Text("cluster_cert") is not { } certificate || values.Text("cluster_cert_key") is not { } key)
        {
            yield return "cluster certificate and key must be provided to use Hybrid mode";
        }
        else
        {
            foreach (var problem in Loading("cluster_cert", [certificate], [key]))
            {
                yield return problem;
            }
        }

        if (values.Text("cluster_fallback_config_storage") is null)
        {
            foreach (var name in new[] { "cluster_fallback_config_export", "cluster_fallback_config_import" }.Where(values.Flag))
            {
                yield return $"cluster_fallback_config_storage must be specified when {name} is enabled";
            }
        }

        if (values.Text("cluster_mtls") is "pki" or "pki_check_cn" && values.Text("cluster_ca_cert") is null)
        {
            yield return $"cluster_ca_cert must be specified when cluster_mtls = \"{values.Text("cluster_mtls")}\"";
        }
        else if (values.Text("cluster_ca_cert") is { } authority && !CertificateSource.IsCertificate(authority))
        {
            yield return $"cluster_ca_cert: failed loading certificate from {Shown(authority)}";
        }
    }

    private static IEnumerable<string> ControlPlane(SettingValues values)
    {
        if (IsOff(values, "admin_listen"))
        {
            yield return "admin_listen must be specified when role = \"control_plane\"";
        }

        if (IsOff(values, "cluster_listen"))
        {
            yield return "cluster_listen must be specified when role = \"control_plane\"";
        }

        if (values.Text("database") == "off")
        {
            yield return "in-memory storage can not be used when role = \"control_plane\"";
        }

        if (values.Flag("cluster_use_proxy"))
        {
            yield return "cluster_use_proxy can not be used when role = \"control_plane\"";
        }

        if (values.List("cluster_dp_labels").Count > 0)
        {
            yield return "cluster_dp_labels can not be used when role = \"control_plane\"";
        }
    }

    private static IEnumerable<string> DataPlane(SettingValues values)
    {
        if (IsOff(values, "proxy_listen"))
        {
            yield return "proxy_listen must be specified when role = \"data_plane\"";
        }

        if (values.Text("database") == "postgres")
        {
            yield return "only in-memory storage can be used when role = \"data_plane\"\nHint: set database = off in your kong.conf";
        }

        if (values.Flag("cluster_use_proxy") && values.Text("proxy_server") is null)
        {
            yield return "cluster_use_proxy is turned on but no proxy_server is configured";
        }

        if (LabelRules.Judge(values.List("cluster_dp_labels")) is { } complaint)
        {
            yield return complaint;
        }
    }

    private static bool IsOff(SettingValues values, string name) => values.Text(name) is null or "off";

    private static IEnumerable<string> Loading(string name, IReadOnlyList<string> certificates, IReadOnlyList<string> keys)
    {
        var badCertificates = certificates.Where(c => !CertificateSource.IsCertificate(c)).ToList();
        var badKeys = keys.Where(k => !CertificateSource.IsKey(k)).ToList();
        foreach (var bad in badCertificates)
        {
            yield return $"{name}: failed loading certificate from {Shown(bad)}";
        }

        foreach (var bad in badKeys)
        {
            yield return $"{name}_key: failed loading key from {Shown(bad)}";
        }

        if (badCertificates.Count + badKeys.Count > 0)
        {
            yield break;
        }

        foreach (var (certificate, key) in certificates.Zip(keys))
        {
            if (Mismatch(certificate, key) is { } problem)
            {
                yield return $"{name}: {problem}";
            }
        }
    }

    private static string? Mismatch(string certificate, string key)
    {
        try
        {
            CertificateSource.Load(certificate, key).Dispose();
            return null;
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or ArgumentException)
        {
            return "the certificate and the key do not belong together";
        }
    }

    /// <summary>What a message says of the value of a certificate or key: a path is worth showing, a PEM text or its base64 is a secret or unreadable.</summary>
    public static string Shown(string value) => value.Length <= 255 && !value.Contains("-----", StringComparison.Ordinal) ? value : "the given text";
}
