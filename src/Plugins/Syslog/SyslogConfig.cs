using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Syslog;

/// <summary>How log entries are marked.</summary>
public sealed record SyslogConfig : IPluginConfig<SyslogConfig>
{
    /// <summary>The severity of entries that nothing else decides.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")] public string LogLevel { get; init; } = "info";

    /// <summary>The severity of statuses below 400.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")] public string SuccessfulSeverity { get; init; } = "info";

    /// <summary>The severity of statuses from 400 to 499.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")] public string ClientErrorsSeverity { get; init; } = "info";

    /// <summary>The severity of statuses from 500 on.</summary>
    [OneOf("debug", "info", "notice", "warning", "err", "crit", "alert", "emerg")] public string ServerErrorsSeverity { get; init; } = "info";

    /// <summary>Fields that are added to the log entry, by name; each is what a piece of Lua returns.</summary>
    [MinLength(1, On = Level.Keys), MinLength(1, On = Level.Values)] public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }

    /// <summary>The facility.</summary>
    [OneOf("auth", "authpriv", "cron", "daemon", "ftp", "kern", "lpr", "mail", "news", "syslog", "user", "uucp", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7")]
    public string Facility { get; init; } = "user";
}
