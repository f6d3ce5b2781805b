namespace Gateway.Kong.Settings;

/// <summary>Reads values out of files that variables such as <c>KONG_PG_PASSWORD_FILE</c> name, as orchestrators hand out secrets.</summary>
internal static class VariableFiles
{
    private const string Suffix = "_FILE";

    /// <summary>The variables with those that files hold.</summary>
    /// <param name="environment">The variables of the process.</param>
    /// <param name="errors">Told what cannot be read.</param>
    public static IReadOnlyDictionary<string, string> Expand(IReadOnlyDictionary<string, string> environment, ICollection<string> errors)
    {
        var files = environment.Where(v => v.Key.EndsWith(Suffix, StringComparison.Ordinal) && v.Value.Length > 0 && IsSetting(v.Key[..^Suffix.Length])).ToList();
        if (files.Count is 0)
        {
            return environment;
        }

        var all = environment.Where(v => !files.Exists(f => f.Key == v.Key)).ToDictionary();
        foreach (var (variable, path) in files)
        {
            var name = variable[..^Suffix.Length];
            if (!string.IsNullOrWhiteSpace(all.GetValueOrDefault(name)))
            {
                errors.Add($"both {name} and {variable} are set (but are exclusive)");
                continue;
            }

            try
            {
                // The line break at the end belongs to the file, not to the value.
                all[name] = File.ReadAllText(path).TrimEnd('\r', '\n');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                errors.Add($"{variable}: could not read {path}: {e.Message}");
            }
        }

        return all;
    }

    private static bool IsSetting(string variable) => variable is "KONG_PASSWORD"
        || (variable.StartsWith("KONG_", StringComparison.Ordinal) && SettingCatalog.Find(variable["KONG_".Length..].ToLowerInvariant()) is not null);
}
