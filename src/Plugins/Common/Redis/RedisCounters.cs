using System.Globalization;
using Gateway.PluginSdk.Counters;
using Gateway.Schema;
using StackExchange.Redis;

namespace Gateway.Plugins.Common.Redis;

/// <summary>Counts in Redis, in the keys that Kong counts in: a key for each window, which goes when the window does.</summary>
/// <param name="connections">The connections of the node.</param>
/// <param name="server">The server.</param>
/// <param name="prefix">What the keys begin with.</param>
public sealed class RedisCounters(RedisConnections connections, RedisServer server, string prefix) : ISharedCounters
{
    private static readonly string[] _periods = [.. Enum.GetNames<Period>().Select(Wire.Name)];

    // One step for the server, so that no more than the limits pass however many ask at once, on however many nodes.
    private const string TryTaking = """
        local counts, passes = {}, true
        for i, key in ipairs(KEYS) do
          counts[i] = tonumber(redis.call('GET', key)) or 0
          passes = passes and counts[i] < tonumber(ARGV[i])
        end
        if passes then
          for i, key in ipairs(KEYS) do
            if redis.call('INCR', key) == 1 then
              redis.call('EXPIRE', key, ARGV[#KEYS + i])
            end
          end
        end
        return counts
        """;

    private const string Taking = """
        local counts = {}
        for i, key in ipairs(KEYS) do
          counts[i] = redis.call('INCRBY', key, ARGV[i])
          if counts[i] == tonumber(ARGV[i]) then
            redis.call('EXPIRE', key, ARGV[#KEYS + i])
          end
        end
        return counts
        """;

    /// <inheritdoc/>
    public async ValueTask<Counted> TryTakeAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now)
    {
        var arguments = new RedisValue[limits.Length * 2];
        for (var i = 0; i < limits.Length; i++)
        {
            (arguments[i], arguments[limits.Length + i]) = (limits[i].Limit, limits[i].Period.LongestSeconds());
        }

        var reply = await EvaluateAsync(TryTaking, [.. limits.Select(l => KeyOf(key, l.Period, now))], arguments);
        return reply.Value is { } counts ? Counted.Taking(limits, counts) : Counted.Failed(reply.Failure!);
    }

    /// <inheritdoc/>
    public async ValueTask<Counted> LookAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now)
    {
        var reply = await CountsAsync([.. limits.Select(l => KeyOf(key, l.Period, now))]);
        return reply.Value is { } counts ? Counted.Looking(limits, counts) : Counted.Failed(reply.Failure!);
    }

    /// <inheritdoc/>
    public async ValueTask<Counted> TakeAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now, long amount)
    {
        var reply = await AddAsync([.. limits.Select(l => new Addition(KeyOf(key, l.Period, now), l.Period, amount))]);
        return reply.Value is { } counts ? Counted.Looking(limits, counts) : Counted.Failed(reply.Failure!);
    }

    /// <summary>What is counted under keys.</summary>
    /// <param name="keys">The keys.</param>
    public async ValueTask<RedisReply<long[]>> CountsAsync(string[] keys)
    {
        RedisKey[] names = [.. keys];
        var reply = await connections.SendAsync(server, database => database.StringGetAsync(names));
        return new(reply.Value is { } values ? [.. values.Select(v => (long)v)] : null, reply.Failure, reply.WasTried);
    }

    /// <summary>Counts on, whatever the limits; the reply is what is counted then.</summary>
    /// <param name="additions">How much is added where.</param>
    public ValueTask<RedisReply<long[]>> AddAsync(IReadOnlyList<Addition> additions) => EvaluateAsync(
        Taking, [.. additions.Select(a => a.Key)], [.. additions.Select(a => (RedisValue)a.Amount), .. additions.Select(a => (RedisValue)a.Period.LongestSeconds())]);

    /// <summary>The key of a window.</summary>
    /// <param name="key">What is counted together.</param>
    /// <param name="period">The window's period.</param>
    /// <param name="now">A moment within it.</param>
    public string KeyOf(in CounterKey key, Period period, DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture,
        $"{prefix}:{key.Route}:{key.Service}:{key.Who}:{period.Start(now) * 1000}:{(key.Name is null ? "" : $"{key.Name}:")}{_periods[(int)period]}");

    private async ValueTask<RedisReply<long[]>> EvaluateAsync(string script, string[] keys, RedisValue[] arguments)
    {
        RedisKey[] names = [.. keys];

        // The script goes with every call, as Kong's do: what a server was taught is gone after its restart, and not every user may teach it.
        var reply = await connections.SendAsync(server, database => database.ScriptEvaluateAsync(script, names, arguments, CommandFlags.NoScriptCache));
        return new((long[]?)reply.Value, reply.Failure, reply.WasTried);
    }

    /// <summary>How much is added to a window's count.</summary>
    /// <param name="Key">The window's key.</param>
    /// <param name="Period">Its period.</param>
    /// <param name="Amount">How much.</param>
    public readonly record struct Addition(string Key, Period Period, long Amount);
}
