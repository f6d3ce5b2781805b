namespace Gateway.Plugins.Common;

/// <summary>The severities of syslog (RFC 5424, 6.2.1) and which of them an answer has.</summary>
/// <param name="Least">The least severe one that is told.</param>
/// <param name="Success">That of statuses below 400.</param>
/// <param name="ClientError">That of statuses from 400 to 499.</param>
/// <param name="ServerError">That of statuses from 500 on.</param>
internal readonly record struct LogSeverity(string? Least, string? Success, string? ClientError, string? ServerError)
{
    private static readonly string[] _names = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

    /// <summary>The number of the severity that a status has, 0 to 7; null when it is less severe than what is told.</summary>
    /// <param name="status">The status.</param>
    public int? Of(int status)
    {
        var severity = Number(status >= 500 ? ServerError : status >= 400 ? ClientError : Success);
        return severity <= Number(Least) ? severity : null;
    }

    private static int Number(string? name) => Array.IndexOf(_names, name ?? "info");
}
