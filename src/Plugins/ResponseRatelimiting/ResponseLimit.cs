using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Plugins.Common;
using Gateway.Schema;

namespace Gateway.Plugins.ResponseRatelimiting;

/// <summary>How much may be used per period.</summary>
public sealed record ResponseLimit : IDeclared<ResponseLimit>
{
    /// <summary>How much per second.</summary>
    [GreaterThan(0)] public double? Second { get; init; }

    /// <summary>How much per minute.</summary>
    [GreaterThan(0)] public double? Minute { get; init; }

    /// <summary>How much per hour.</summary>
    [GreaterThan(0)] public double? Hour { get; init; }

    /// <summary>How much per day.</summary>
    [GreaterThan(0)] public double? Day { get; init; }

    /// <summary>How much per month.</summary>
    [GreaterThan(0)] public double? Month { get; init; }

    /// <summary>How much per year.</summary>
    [GreaterThan(0)] public double? Year { get; init; }

    static IReadOnlyList<Check> IDeclared<ResponseLimit>.Checks =>
    [
        Fields<ResponseLimit>.AtLeastOne(l => l.Second, l => l.Minute, l => l.Hour, l => l.Day, l => l.Month, l => l.Year),
    ];

    static Func<JsonObject, string?>? IDeclared<ResponseLimit>.Judge => static limit => RisingLimits.Judge(limit, "the limit");
}
