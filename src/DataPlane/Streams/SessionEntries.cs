using System.Diagnostics;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Proxy;
using Gateway.PluginSdk.Logs;

namespace Gateway.DataPlane.Streams;

/// <summary>Makes the log entries of streams that are over, in the form that Kong's log plugins give them.</summary>
internal static class SessionEntries
{
    /// <summary>Makes the entry of a stream.</summary>
    /// <param name="session">The stream.</param>
    public static LogEntry Of(ConnectedSession session)
    {
        var now = Stopwatch.GetTimestamp();
        var entry = new JsonObject
        {
            ["client_ip"] = session.ClientIp.ToString(),
            ["started_at"] = LogEntries.EpochMilliseconds(session.Started, now),
            ["latencies"] = new JsonObject
            {
                ["session"] = HttpExchange.Milliseconds(session.Started, now),
                ["kong"] = HttpExchange.Milliseconds(session.Started, session.Connected is 0 ? now : session.Connected),
            },
            ["session"] = Session(session),
            ["upstream"] = new JsonObject { ["received"] = session.UpstreamReceived, ["sent"] = session.UpstreamSent },
            ["tries"] = new JsonArray([.. session.Tries.Select(t => LogEntries.Try(t, now))]),
            ["workspace_name"] = "default",
        };
        if (session.Workspace is { } id)
        {
            entry["workspace"] = id.ToString();
        }

        LogEntries.Put(entry, "route", session.Route, session.Workspace);
        LogEntries.Put(entry, "service", session.Service, session.Workspace);
        return new LogEntry(entry);
    }

    private static JsonObject Session(ConnectedSession session)
    {
        var told = new JsonObject
        {
            ["received"] = session.Received,
            ["sent"] = session.Sent,
            ["status"] = session.Status,
            ["server_port"] = session.Local.Port,
        };
        if (session.Tls is { } tls)
        {
            told["tls"] = new JsonObject { ["version"] = tls.Version, ["cipher"] = tls.Cipher, ["client_verify"] = "NONE" };
        }

        return told;
    }
}
