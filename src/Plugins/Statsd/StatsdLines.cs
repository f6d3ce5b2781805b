using System.Globalization;
using Gateway.Plugins.Common;
using Gateway.PluginSdk;

namespace Gateway.Plugins.Statsd;

/// <summary>Makes the measurements of an exchange, named as Kong names them.</summary>
/// <param name="node">The node that sends them.</param>
internal sealed class StatsdLines(GatewayNode node)
{
    private readonly string _host = node.HostName.Replace('.', '_');

    /// <summary>Whether a status is among those that a configuration measures.</summary>
    public static bool Counts(StatsdConfig config, int status) => config.AllowStatusCodes is null || config.AllowStatusCodes.Any(range =>
    {
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        return double.Parse(range.AsSpan(0, dash), CultureInfo.InvariantCulture) <= status && status <= double.Parse(range.AsSpan(dash + 1), CultureInfo.InvariantCulture);
    });

    /// <summary>The measurements, a line for each; empty when there are none.</summary>
    public string Of(StatsdConfig config, LogFacts facts) => string.Join('\n', (config.Metrics ?? [])
        .Where(m => m.StatType is not ("counter" or "gauge") || StatsdLine.IsDrawn(m.SampleRate))
        .Select(m => config.TagStyle is { } style ? Tagged(config, m, facts, style) : Named(config, m, facts)).OfType<string>());

    private string? Named(StatsdConfig config, StatsdMetric metric, LogFacts facts)
    {
        var prefix = config.HostnameInPrefix is true ? $"{config.Prefix}.node.{_host}" : config.Prefix;
        var service = facts.Service(metric.ServiceIdentifier ?? config.ServiceIdentifierDefault);
        var scope = facts.Entry["service"] is null ? $"{prefix}.global.unmatched" : $"{prefix}.service.{Part(service) ?? "unnamed"}";
        if (facts.Measure(metric.Name) is { } measure)
        {
            return measure.Value is -1 or double.NaN ? null : $"{scope}.{measure.Stat}:{StatsdLine.Value(measure.Value, metric.StatType, metric.SampleRate)}";
        }

        var one = StatsdLine.Value(1, "counter", metric.SampleRate);
        var consumer = facts.Consumer(metric.ConsumerIdentifier ?? config.ConsumerIdentifierDefault) is { } found ? StatsdLine.Clean(found) : null;
        var workspace = Workspace(config, metric, facts);
        return metric.Name switch
        {
            "status_count" => $"{scope}.status.{facts.Status}:{one}",
            "unique_users" when consumer is not null => $"{scope}.user.uniques:{consumer}|s",
            "request_per_user" when consumer is not null => $"{scope}.user.{consumer}.request.count:{one}",
            "status_count_per_user" when consumer is not null => $"{scope}.user.{consumer}.status.{facts.Status}:{one}",
            "status_count_per_workspace" when workspace is not null => $"{scope}.workspace.{workspace}.status.{facts.Status}:{one}",
            "status_count_per_user_per_route" when consumer is not null && facts.Text("route", "id") is { } route => $"{prefix}.route.{route}.user.{consumer}.status.{facts.Status}:{one}",
            _ => null,
        };
    }

    /// <summary>With tags there are only the measurements that are no counts per something: the tags tell that.</summary>
    private string? Tagged(StatsdConfig config, StatsdMetric metric, LogFacts facts, string style)
    {
        if (facts.Measure(metric.Name) is not { Value: not (-1 or double.NaN) } measure
            || facts.Service(metric.ServiceIdentifier ?? config.ServiceIdentifierDefault) is not { } service)
        {
            return null;
        }

        (string Name, string? Value)[] tags =
        [
            ("service", service),
            ("route", facts.Route),
            ("workspace", Workspace(config, metric, facts)),
            ("consumer", facts.Consumer(metric.ConsumerIdentifier ?? config.ConsumerIdentifierDefault)),
            ("node", _host),
            ("status", facts.Status.ToString(CultureInfo.InvariantCulture)),
        ];
        var told = tags.Where(t => t.Value is not null).Select(t => (t.Name, Value: StatsdLine.Clean(t.Value!)));
        var name = $"{config.Prefix}.{measure.Stat}";
        var value = StatsdLine.Value(measure.Value, metric.StatType, metric.SampleRate);
        return style switch
        {
            "dogstatsd" => $"{name}:{value}|#{string.Join(',', told.Select(t => $"{t.Name}:{t.Value}"))}",
            "influxdb" => $"{name},{string.Join(',', told.Select(t => $"{t.Name}={t.Value}"))}:{value}",
            "librato" => $"{name}#{string.Join(',', told.Select(t => $"{t.Name}={t.Value}"))}:{value}",
            _ => $"{name}[{string.Join(',', told.Select(t => $"{t.Name}={t.Value}"))}]:{value}",
        };
    }

    private static string? Workspace(StatsdConfig config, StatsdMetric metric, LogFacts facts) => Schema.Json.String(
        facts.Entry[(metric.WorkspaceIdentifier ?? config.WorkspaceIdentifierDefault) is "workspace_name" ? "workspace_name" : "workspace"]);

    private static string? Part(string? name) => name is null ? null : StatsdLine.Clean(name.Replace('.', '_'));
}
