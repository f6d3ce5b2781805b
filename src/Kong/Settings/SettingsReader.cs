using System.Globalization;
using Gateway.DataPlane.Streams;
using Gateway.Entities;
using Gateway.Entities.Vaults;
using Gateway.Hosting;

namespace Gateway.Kong.Settings;

/// <summary>Where settings come from: strongest first, what the command line says, the environment, the file.</summary>
/// <param name="Overrides">Settings given as options of the command, such as <c>prefix</c>.</param>
/// <param name="Environment">The environment variables of the process.</param>
/// <param name="File">The file named on the command line; null looks at the default places.</param>
internal sealed record SettingsSources(
    IReadOnlyDictionary<string, string> Overrides, IReadOnlyDictionary<string, string> Environment, string? File = null)
{
    /// <summary>What holds where no other source says anything: the values that a running node was started with.</summary>
    public IReadOnlyDictionary<string, string> Base { get; init; } = new Dictionary<string, string>();
}

/// <summary>What reading gave: settings, or every error; and warnings either way.</summary>
internal sealed record SettingsResult(KongSettings? Settings, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    /// <summary>The values that a source gave, as they were written: references are not resolved.</summary>
    public IReadOnlyDictionary<string, string> Given { get; init; } = new Dictionary<string, string>();
}

/// <summary>Merges the sources, resolves references, and judges every value, so that all errors come at once.</summary>
internal static class SettingsReader
{
    /// <summary>Reads the settings.</summary>
    public static SettingsResult Read(SettingsSources sources)
    {
        var errors = new List<string>();
        var file = ReadFile(sources.File, errors);
        if (errors.Count > 0)
        {
            return new SettingsResult(null, errors, []);
        }

        sources = sources with { Environment = VariableFiles.Expand(sources.Environment, errors) };
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        var vaultPrefix = sources.Environment.GetValueOrDefault("KONG_VAULT_ENV_PREFIX") ?? file.GetValueOrDefault("vault_env_prefix");
        var secrets = new VaultSecrets(name => sources.Environment.GetValueOrDefault(name), vaultPrefix, []);
        foreach (var setting in SettingCatalog.All)
        {
            var value = Given(setting, sources, file);
            if (value is not null)
            {
                given.Add(setting.Name, value);
            }

            if (value is not null && VaultReference.Is(value))
            {
                value = secrets.Resolve(value, out var problem);
                if (value is null)
                {
                    errors.Add($"{setting.Name}: {problem}");
                }
            }

            values[setting.Name] = value ?? setting.Default;
            if (Judge(setting, values[setting.Name], given.ContainsKey(setting.Name)) is { } complaint)
            {
                errors.Add(complaint);
            }
        }

        var named = given.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var setting in SettingCatalog.All.Where(s => s.InsteadOf is not null && given.ContainsKey(s.Name) && (s.Wins || !given.ContainsKey(s.InsteadOf))))
        {
            named.Add(setting.InsteadOf!);
            if (values[setting.InsteadOf!] == (values[setting.InsteadOf!] = values[setting.Name]))
            {
                continue;
            }

            if (Judge(SettingCatalog.Find(setting.InsteadOf!)!, values[setting.Name], given: true) is { } complaint)
            {
                errors.Add(complaint);
            }
        }

        var all = new SettingValues(values, named);
        errors.AddRange(SettingsChecks.Judge(all));
        var changed = given.Keys.Select(n => SettingCatalog.Find(n)!).Where(s => values[s.Name] != s.Default).ToList();
        var warnings = Warnings(sources, file, changed, RoleOf(values)).ToList();
        return new SettingsResult(errors.Count == 0 ? new KongSettings(all) : null, errors, warnings) { Given = given };
    }

    private static Dictionary<string, string> ReadFile(string? named, List<string> errors)
    {
        var path = SettingsFile.Find(named);
        if (path is null)
        {
            return [];
        }

        try
        {
            if (!File.Exists(path))
            {
                errors.Add($"no file at: {path}");
                return [];
            }

            return SettingsFile.Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"could not read {path}: {e.Message}");
            return [];
        }
    }

    private static string? Given(Setting setting, SettingsSources sources, Dictionary<string, string> file)
    {
        // An empty value is one that is not given: compose files write KONG_X=${X:-}.
        var value = sources.Overrides.GetValueOrDefault(setting.Name);
        value = string.IsNullOrWhiteSpace(value) ? sources.Environment.GetValueOrDefault(setting.Variable) : value;
        value = string.IsNullOrWhiteSpace(value) ? file.GetValueOrDefault(setting.Name) : value;
        value = string.IsNullOrWhiteSpace(value) ? sources.Base.GetValueOrDefault(setting.Name) : value;
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    private static string? Judge(Setting setting, string? value, bool given)
    {
        if (value is null || !given)
        {
            return null;
        }

        var complaint = setting.Kind switch
        {
            SettingKind.Boolean when value is not ("on" or "off" or "true" or "false") => $"{setting.Name} is not a boolean: '{value}'",
            SettingKind.Number when !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) =>
                $"{setting.Name} is not a number: '{value}'",
            SettingKind.Choice when setting.Name == "database" && value == "cassandra" =>
                "Cassandra as a datastore for Kong is not supported in versions 3.4 and above. Please use Postgres.",
            SettingKind.Choice when !setting.OneOf.Contains(value) =>
                $"{setting.Name} has an invalid value: '{value}' ({string.Join(", ", setting.OneOf)})",
            SettingKind.Listeners when setting.Name == "stream_listen" => StreamListener.TryParseList(value, out _, out var problem) ? null : $"{setting.Name} {problem}",
            SettingKind.Listeners when !Listener.TryParseList(value, out _, out var error) && setting.Effective => $"{setting.Name} {error}",
            _ => null,
        };
        return complaint ?? setting.Rule?.Invoke(value);
    }

    private static IEnumerable<string> Warnings(SettingsSources sources, Dictionary<string, string> file, List<Setting> given, Roles role)
    {
        var names = file.Where(v => v.Value.Length > 0).Select(v => v.Key)
            .Concat(sources.Environment.Where(v => v.Value.Length > 0 && IsOption(v.Key)).Select(v => v.Key["KONG_".Length..].ToLowerInvariant())).ToHashSet(StringComparer.Ordinal);
        var without = given.Where(s => !s.Effective).Select(s => s.Name).Concat(names.Where(n => SettingCatalog.Find(n) is null && SettingCatalog.IsOfFamily(n)))
            .Order(StringComparer.Ordinal).ToList();
        if (without.Count > 0)
        {
            yield return $"accepted, but without effect in this product: {string.Join(", ", without)}";
        }

        var elsewhere = given.Where(s => s.Effective && !s.Roles.HasFlag(role)).Select(s => s.Name).Order(StringComparer.Ordinal).ToList();
        if (elsewhere.Count > 0)
        {
            yield return $"without effect on a node of this role: {string.Join(", ", elsewhere)}";
        }

        var unknown = names.Where(n => SettingCatalog.Find(n) is null && !SettingCatalog.IsOfFamily(n)).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            yield return $"unknown settings, ignored: {string.Join(", ", unknown)}";
        }
    }

    private static Roles RoleOf(Dictionary<string, string?> values) => values["role"] switch
    {
        "control_plane" => Roles.ControlPlane,
        "data_plane" => Roles.DataPlane,
        _ => values["database"] is "off" ? Roles.DbLess : Roles.Traditional,
    };

    /// <summary>Whether an environment variable is meant for an option, known or not.</summary>
    public static bool IsOption(string variable)
    {
        // KONG_PASSWORD is the super admin's, KONG_PORT_OFFSET the quickstart's, and Kubernetes adds variables for each service named kong-*.
        return variable.StartsWith("KONG_", StringComparison.Ordinal)
            && variable is not ("KONG_PASSWORD" or "KONG_PORT_OFFSET" or "KONG_VERSION")
            && !variable.Contains("_SERVICE_", StringComparison.Ordinal)
            && !variable.Contains("_PORT_", StringComparison.Ordinal)
            && !variable.EndsWith("_PORT", StringComparison.Ordinal);
    }
}
