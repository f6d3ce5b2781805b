using System.Text.Json;
using Gateway.Hosting.Logging;
using Gateway.Sync.Rpc;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Sync;

/// <summary>Lets the control plane look at this node's log level and change it for a time.</summary>
/// <param name="threshold">The log level.</param>
/// <param name="time">The clock.</param>
internal sealed class LogLevelControl(LogThreshold threshold, TimeProvider time) : IDisposable
{
    private const int DefaultSeconds = 60;
    private const int MaxSeconds = 24 * 60 * 60;

    private static readonly string[] _levels = ["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"];

    private readonly Lock _gate = new();
    private readonly LogLevel _original = threshold.Level;
    private ITimer? _timer;
    private string? _name;
    private DateTimeOffset _until;

    /// <summary>The methods.</summary>
    public IEnumerable<KeyValuePair<string, RpcHandler>> Handlers =>
    [
        KeyValuePair.Create<string, RpcHandler>(SyncMethods.GetLogLevel, (_, _) => ValueTask.FromResult(Get())),
        KeyValuePair.Create<string, RpcHandler>(SyncMethods.SetLogLevel, (arguments, _) => ValueTask.FromResult(Set(arguments))),
    ];

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private RpcReply Get()
    {
        lock (_gate)
        {
            return RpcReply.Of(RpcMessages.Write(json =>
            {
                json.WriteString("current_level", _name ?? NameOf(threshold.Level));
                json.WriteString("original_level", NameOf(_original));
                json.WriteNumber("timeout", _name is null ? 0 : Math.Max(0, (int)Math.Ceiling((_until - time.GetUtcNow()).TotalSeconds)));
            }));
        }
    }

    private RpcReply Set(JsonElement arguments)
    {
        if (arguments.GetArrayLength() is 0 || arguments[0].ValueKind is not JsonValueKind.String || arguments[0].GetString() is not { } name || !_levels.Contains(name))
        {
            return RpcError.Refused($"unknown log level, expected one of: {string.Join(", ", _levels)}");
        }

        var seconds = DefaultSeconds;
        if (arguments.GetArrayLength() > 1 && arguments[1].ValueKind is not JsonValueKind.Null
            && (arguments[1].ValueKind is not JsonValueKind.Number || !arguments[1].TryGetInt32(out seconds) || seconds is < 0 or > MaxSeconds))
        {
            return RpcError.Refused($"timeout must be an integer between 0 and {MaxSeconds}");
        }

        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            if (seconds is 0)
            {
                (threshold.Level, _name) = (_original, null);
                return RpcReply.True;
            }

            (threshold.Level, _name, _until) = (LogThreshold.Parse(name), name, time.GetUtcNow().AddSeconds(seconds));
            _timer = time.CreateTimer(_ => Reset(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
            return RpcReply.True;
        }
    }

    private void Reset()
    {
        lock (_gate)
        {
            // A level that was set in the meantime stays.
            if (time.GetUtcNow() >= _until)
            {
                (threshold.Level, _name) = (_original, null);
            }
        }
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "notice",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "crit",
    };
}
