using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Sync;

/// <summary>Whether a data plane fits, and if not, why.</summary>
/// <param name="Status">The status to show.</param>
/// <param name="Error">What does not fit; null when all does.</param>
public sealed record CompatibilityResult(SyncStatus Status, string? Error)
{
    /// <summary>The result of a plane that fits.</summary>
    public static CompatibilityResult Normal { get; } = new(SyncStatus.Normal, null);

    /// <summary>Whether the plane fits.</summary>
    public bool IsOk => Error is null;
}

/// <summary>Decides whether a data plane of another version or with other plugins can take the configuration.</summary>
public static partial class Compatibility
{
    /// <summary>Judges the versions of the two planes: same major, and the data plane's minor not newer.</summary>
    /// <param name="controlPlane">The control plane's version.</param>
    /// <param name="dataPlane">The data plane's version.</param>
    public static CompatibilityResult CheckVersion(string controlPlane, string dataPlane)
    {
        var accepted = $"control plane version {controlPlane} ({controlPlane.Split('.')[0]}.x.y are accepted)";
        string? error = null;
        if (!TryParse(GatewayVersion(), controlPlane, out var cp) || !TryParse(GatewayVersion(), dataPlane, out var dp))
        {
            error = $"data plane version is incompatible with {accepted}";
        }
        else if (dp.Major != cp.Major)
        {
            error = $"data plane version {dataPlane} is incompatible with {accepted}";
        }
        else if (dp.Minor > cp.Minor)
        {
            error = $"data plane version {dataPlane} is incompatible with older control plane version {controlPlane}";
        }

        return error is null ? CompatibilityResult.Normal : new CompatibilityResult(SyncStatus.KongVersionIncompatible, error);
    }

    /// <summary>Judges the plugins that the configuration uses; others may be missing or differ.</summary>
    /// <param name="used">The names of the plugins in use.</param>
    /// <param name="controlPlane">The control plane's plugins: version by name.</param>
    /// <param name="dataPlane">The data plane's plugins: version by name.</param>
    public static CompatibilityResult CheckPlugins(
        IEnumerable<string> used, IReadOnlyDictionary<string, string?> controlPlane, IReadOnlyDictionary<string, string?> dataPlane)
    {
        foreach (var name in used)
        {
            var cpVersion = controlPlane.GetValueOrDefault(name);
            if (!dataPlane.TryGetValue(name, out var dpVersion))
            {
                var shown = cpVersion is null ? "" : " " + cpVersion;
                return new CompatibilityResult(SyncStatus.PluginSetIncompatible, $"configured {name} plugin{shown} is missing from data plane");
            }

            if (cpVersion is not null && dpVersion is not null && !PluginFits(name, cpVersion, dpVersion))
            {
                return new CompatibilityResult(
                    SyncStatus.PluginVersionIncompatible,
                    $"configured data plane {name} plugin version {dpVersion} is different to control plane plugin version {cpVersion}");
            }
        }

        return CompatibilityResult.Normal;
    }

    /// <summary>Judges the WebAssembly filters: the data plane must have all that the control plane knows.</summary>
    /// <param name="controlPlane">The control plane's filters.</param>
    /// <param name="dataPlane">The data plane's filters.</param>
    public static CompatibilityResult CheckFilters(IEnumerable<string> controlPlane, IEnumerable<string> dataPlane)
    {
        var missing = controlPlane.Except(dataPlane).ToArray();
        return missing.Length == 0
            ? CompatibilityResult.Normal
            : new CompatibilityResult(
                SyncStatus.FilterSetIncompatible, $"data plane is missing one or more wasm filters ({string.Join(", ", missing)})");
    }

    private static bool PluginFits(string name, string controlPlane, string dataPlane)
    {
        // Older data planes call the opentelemetry plugin 0.1.x, whatever it can do.
        if (name is "opentelemetry" && dataPlane.StartsWith("0.1.", StringComparison.Ordinal))
        {
            return true;
        }

        return TryParse(AnyVersion(), controlPlane, out var cp) && TryParse(AnyVersion(), dataPlane, out var dp)
            && cp.Major == dp.Major && cp.Minor >= dp.Minor;
    }

    private static bool TryParse(Regex pattern, string version, out (int Major, int Minor) parsed)
    {
        var match = pattern.Match(version);
        var (major, minor) = (0, 0);
        var ok = match.Success && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out major)
            && int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out minor);
        parsed = (major, minor);
        return ok;
    }

    [GeneratedRegex(@"^([0-9]+)\.([0-9]+)\.[0-9]+")]
    private static partial Regex GatewayVersion();

    [GeneratedRegex(@"^([0-9]+)\.([0-9]+)")]
    private static partial Regex AnyVersion();
}
