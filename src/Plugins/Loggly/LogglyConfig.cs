using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Loggly;

/// <summary>Where log entries go, and how they are marked.</summary>
public sealed record LogglyConfig : IPluginConfig<LogglyConfig>
{
    /// <summary>The host.</summary>
    [Host] public string? Host { get; init; } = "logs-01.loggly.com";

    /// <summary>The port.</summary>
    [Port] public int? Port { get; init; } = 514;

    /// <summary>The customer token.</summary>
    [Encrypted, Referenceable] public required string Key { get; init; }

    /// <summary>Tags of the entries.</summary>
    public IReadOnlySet<string>? Tags { get; init; } = new HashSet<string> { "kong" };

    /// <summary>The severity of entries that nothing else decides.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")] public string? LogLevel { get; init; } = "info";

    /// <summary>The severity of statuses below 400.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")] public string? SuccessfulSeverity { get; init; } = "info";

    /// <summary>The severity of statuses from 400 to 499.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")] public string? ClientErrorsSeverity { get; init; } = "info";

    /// <summary>The severity of statuses from 500 on.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")] public string? ServerErrorsSeverity { get; init; } = "info";

    /// <summary>How long sending may take, in milliseconds.</summary>
    public double? Timeout { get; init; } = 10000;

    /// <summary>Fields that are added to the log entry, by name; each is what a piece of Lua returns.</summary>
    [MinLength(1, On = Level.Keys), MinLength(1, On = Level.Values)] public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }
}
