using System.Collections.Concurrent;
using Gateway.PluginSdk;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Plugins.Common.Redis;

/// <summary>The connections of a node to Redis servers: one to each, which all requests share. One that nobody used for a minute is closed.</summary>
public sealed class RedisConnections : IDisposable
{
    private static readonly TimeSpan _idle = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<RedisServer, RedisConnection> _connections = new();
    private readonly OutgoingTls _outgoing;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisConnections> _logger;
    private readonly ITimer _sweep;

    /// <summary>Makes the connections; none is opened before it is used.</summary>
    /// <param name="outgoing">How TLS is spoken with servers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes note of servers that go and come back.</param>
    public RedisConnections(OutgoingTls outgoing, TimeProvider time, ILogger<RedisConnections> logger)
    {
        (_outgoing, _time, _logger) = (outgoing, time, logger);
        _sweep = time.CreateTimer(_ => Sweep(), null, _idle, _idle);
    }

    /// <summary>Sends a command. Whatever happens, the answer is there when the server's patience is over, and at once while the server is known to be down.</summary>
    /// <typeparam name="T">What the server answers.</typeparam>
    /// <param name="server">The server.</param>
    /// <param name="command">The command.</param>
    public ValueTask<RedisReply<T>> SendAsync<T>(RedisServer server, Func<IDatabase, Task<T>> command) => Of(server).SendAsync(command);

    /// <inheritdoc/>
    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var connection in _connections.Values)
        {
            connection.Dispose();
        }
    }

    private RedisConnection Of(RedisServer server) =>
        _connections.TryGetValue(server, out var connection) ? connection : _connections.GetOrAdd(server, s => new RedisConnection(s, _outgoing, _time, _logger));

    private void Sweep()
    {
        foreach (var (server, connection) in _connections)
        {
            if (connection.Unused > _idle && _connections.TryRemove(new(server, connection)))
            {
                connection.Dispose();
            }
        }
    }
}
