using Gateway.Plugins.Common.Redis;
using Gateway.PluginSdk;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Plugins.Tests.Common;

/// <summary>What plugins are given to reach Redis servers.</summary>
public static class Redis
{
    /// <summary>The connections of a node.</summary>
    public static RedisConnections Connections(TimeProvider? time = null, OutgoingTls? outgoing = null) =>
        new(outgoing ?? new OutgoingTls(), time ?? TimeProvider.System, NullLogger<RedisConnections>.Instance);
}
