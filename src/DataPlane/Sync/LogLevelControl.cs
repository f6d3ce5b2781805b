using System.Text.Json;
using Gateway.Hosting.Logging;
using Gateway.Sync.Rpc;

namespace Gateway.DataPlane.Sync;

/// <summary>Lets the control plane look at this node's log level and change it for a time.</summary>
/// <param name="threshold">The log level.</param>
/// <param name="time">The clock.</param>
internal sealed class LogLevelControl(LogThreshold threshold, TimeProvider time)
{
    private const int DefaultSeconds = 60;
    private const int MaxSeconds = 24 * 60 * 60;

    private readonly Lock _gate = new();
    private DateTimeOffset _until;

    /// <summary>The methods.</summary>
    public IEnumerable<KeyValuePair<string, RpcHandler>> Handlers =>
    [
        KeyValuePair.Create<string, RpcHandler>(SyncMethods.GetLogLevel, (_, _) => ValueTask.FromResult(Get())),
        KeyValuePair.Create<string, RpcHandler>(SyncMethods.SetLogLevel, (arguments, _) => ValueTask.FromResult(Set(arguments))),
    ];

    private RpcReply Get()
    {
        lock (_gate)
        {
            return RpcReply.Of(RpcMessages.Write(json =>
            {
                json.WriteString("current_level", threshold.Name);
                json.WriteString("original_level", threshold.Settled);
                json.WriteNumber("timeout", Math.Max(0, (int)Math.Ceiling((_until - time.GetUtcNow()).TotalSeconds)));
            }));
        }
    }

    private RpcReply Set(JsonElement arguments)
    {
        if (arguments.GetArrayLength() is 0 || arguments[0].ValueKind is not JsonValueKind.String || arguments[0].GetString() is not { } name || !LogThreshold.Names.Contains(name))
        {
            return RpcError.Refused($"unknown log level, expected one of: {string.Join(", ", LogThreshold.Names)}");
        }

        var seconds = DefaultSeconds;
        if (arguments.GetArrayLength() > 1 && arguments[1].ValueKind is not JsonValueKind.Null
            && (arguments[1].ValueKind is not JsonValueKind.Number || !arguments[1].TryGetInt32(out seconds) || seconds is < 0 or > MaxSeconds))
        {
            return RpcError.Refused($"timeout must be an integer between 0 and {MaxSeconds}");
        }

        lock (_gate)
        {
            threshold.SetFor(name, TimeSpan.FromSeconds(seconds));
            _until = time.GetUtcNow().AddSeconds(seconds);
            return RpcReply.True;
        }
    }
}
