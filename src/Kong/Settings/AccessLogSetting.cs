using Gateway.DataPlane.Streams;
using Gateway.Hosting.AccessLogs;

namespace Gateway.Kong.Settings;

/// <summary>Where requests are taken note of and in which form: the value of a <c>*_access_log</c> setting.</summary>
/// <param name="Path">The file as it is written.</param>
/// <param name="Format">The name of the form; null is the setting's own.</param>
internal sealed record AccessLogSetting(string Path, string? Format)
{
    /// <summary>Reads a value such as <c>logs/access.log combined</c>; null when nothing is to be noted.</summary>
    public static AccessLogSetting? Read(string value)
    {
        var words = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        // Every log is buffered here.
        var format = words.Skip(1).FirstOrDefault(w => !w.StartsWith("buffer=", StringComparison.Ordinal) && !w.StartsWith("flush=", StringComparison.Ordinal));
        return words is [] or ["off", ..] ? null : new AccessLogSetting(words[0], format);
    }

    /// <summary>The rule of such settings.</summary>
    /// <param name="name">The setting.</param>
    public static Func<string, string?> Rule(string name) => value =>
        value.StartsWith("syslog:", StringComparison.Ordinal) ? $"{name} must be a path, a device such as /dev/stdout, or off, got '{value}'" : null;

    /// <summary>The rule of the setting for streams, which have one form.</summary>
    public static string? StreamRule(string value) =>
        Rule("proxy_stream_access_log")(value) ?? (Read(value)?.Format is { } format and not StreamAccessLog.Format ? $"proxy_stream_access_log: unknown log format \"{format}\"" : null);

    /// <summary>The form of a name, or null when there is none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="declared">The form that <c>nginx_http_log_format</c> declares, or null.</param>
    public static AccessLogFormat? FormatOf(string name, AccessLogFormat? declared) =>
        name == declared?.Name ? declared : name == AccessLogFormat.Combined.Name ? AccessLogFormat.Combined : name == AccessLogFormat.WithRequestId.Name ? AccessLogFormat.WithRequestId : null;

    /// <summary>The form that a declaration makes, or null when there is none or it is wrong.</summary>
    /// <param name="declaration">The declaration, or null.</param>
    public static AccessLogFormat? Declared(string? declaration) =>
        declaration is not null && AccessLogFormat.TryParse(declaration, out var format, out _) ? format : null;
}
