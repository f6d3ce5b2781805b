using System.Globalization;
using System.Text.Json;
using Gateway.ControlPlane.Store;
using Gateway.Hosting.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Admin;

/// <summary>Shows and changes the level from which on a node logs: of this node, or of all nodes on the same database.</summary>
internal sealed partial class LogLevelEndpoints
{
    private static readonly TimeSpan _usual = TimeSpan.FromSeconds(60);
    private readonly ControlPlaneOptions _options;
    private readonly ClusterWords? _words;
    private readonly ILogger _logger;

    public LogLevelEndpoints(ControlPlaneOptions options, ILogger<LogLevelEndpoints> logger, ClusterWords? words = null)
    {
        (_options, _words, _logger) = (options, words, logger);
        if (words is not null)
        {
            words.Heard += Hear;
        }
    }

    public IEnumerable<(string Path, Resource Resource)> Resources =>
    [
        ("/debug/node/log-level", new Resource { Get = _ => Task.FromResult(Message($"log level: {Threshold.Name}")) }),
        ("/debug/node/log-level/{log_level}", new Resource { Put = request => Task.FromResult(Read(request, out var change) ?? Apply(change)) }),
        (_options.Cluster is null ? "/debug/cluster/log-level/{log_level}" : "/debug/cluster/control-planes-nodes/log-level/{log_level}", new Resource { Put = ChangeAllAsync }),
    ];

    private LogThreshold Threshold => _options.LogLevel;

    private async Task<AdminAnswer> ChangeAllAsync(AdminRequest request)
    {
        if (Read(request, out var change) is { } refusal)
        {
            return refusal;
        }

        // Without a database there are no words to others, and Read has refused.
        return await _words!.SayAsync(JsonSerializer.Serialize(change), request.Cancellation) is { } error ? AdminErrors.Answer(error) : Apply(change);
    }

    private AdminAnswer? Read(AdminRequest request, out Change change)
    {
        var name = request.Segments[^1];
        var sent = request.Query["timeout"] is [{ } text, ..] ? text : request.Body.Text("timeout");
        var seconds = _usual.TotalSeconds;
        var isNumber = sent is null || (double.TryParse(sent, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds) && double.IsFinite(seconds));
        change = new Change(_options.NodeId, name, seconds);
        return _words is null ? AdminAnswer.Problem(StatusCodes.Status405MethodNotAllowed, "cannot change log level when not using a database")
            : !LogThreshold.Names.Contains(name) ? Refused($"unknown log level: {name}")
            : !isNumber ? Refused("timeout must be a number")
            : seconds < 0 ? Refused("timeout must be greater than or equal to 0")
            : null;
    }

    private AdminAnswer Apply(Change change)
    {
        if (Threshold.Name == change.Level)
        {
            return Message($"log level is already {change.Level}");
        }

        Threshold.SetFor(change.Level, TimeSpan.FromSeconds(Math.Min(change.Seconds, TimeSpan.FromDays(365).TotalSeconds)));
        Log.Changed(_logger, change.Level, change.Seconds);
        return Message("log level changed");
    }

    private void Hear(string word)
    {
        try
        {
            if (JsonSerializer.Deserialize<Change>(word) is { } change && change.Node != _options.NodeId && LogThreshold.Names.Contains(change.Level) && change.Seconds >= 0)
            {
                Apply(change);
            }
        }
        catch (JsonException)
        {
            // A word of another version, about something that this one does not know.
        }
    }

    private static AdminAnswer Message(string message) => AdminAnswer.Problem(StatusCodes.Status200OK, message);

    private static AdminAnswer Refused(string message) => AdminAnswer.Problem(StatusCodes.Status400BadRequest, message);

    /// <summary>A change of the level, as it is said to other nodes.</summary>
    private sealed record Change(Guid Node, string Level, double Seconds);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The log level is {Level} for {Seconds} s")]
        public static partial void Changed(ILogger logger, string level, double seconds);
    }
}
