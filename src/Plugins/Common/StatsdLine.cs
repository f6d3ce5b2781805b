using System.Buffers;
using System.Globalization;

namespace Gateway.Plugins.Common;

/// <summary>The text of one measurement in the protocol of StatsD.</summary>
internal static class StatsdLine
{
    private static readonly SearchValues<char> _ends = SearchValues.Create(":|#,\r\n");

    /// <summary>The mark of a kind of statistic.</summary>
    public static string Kind(string statType) => statType switch
    {
        "counter" => "c",
        "gauge" => "g",
        "timer" => "ms",
        "histogram" => "h",
        "meter" => "m",
        "set" => "s",
        _ => "d",
    };

    /// <summary>A value, its kind, and the rate where not everything is told.</summary>
    public static string Value(double value, string statType, double? rate) =>
        string.Create(CultureInfo.InvariantCulture, $"{value}|{Kind(statType)}{(rate < 1 ? $"|@{rate.Value.ToString(CultureInfo.InvariantCulture)}" : null)}");

    /// <summary>A name without what ends a name in the protocol: what clients and upstreams choose begins no measurement of its own.</summary>
    public static string Clean(string name) => name.AsSpan().ContainsAny(_ends) ? string.Concat(name.Select(c => _ends.Contains(c) ? '_' : c)) : name;

    /// <summary>Whether this exchange is among those that a rate lets through.</summary>
    public static bool IsDrawn(double? rate) => rate is null or >= 1 || Random.Shared.NextDouble() < rate;
}
