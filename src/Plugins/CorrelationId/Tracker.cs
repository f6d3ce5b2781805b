using System.Globalization;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Gateway.Plugins.CorrelationId;

/// <summary>Ids of the form <c>address-port-process-connection-request-time</c>.</summary>
internal static class Tracker
{
    private static readonly object _key = new();
    private static long _connections;

    public static string Of(HttpContext http, DateTimeOffset now)
    {
        var connection = http.Connection;
        var address = connection.LocalIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : connection.LocalIpAddress;
        var (number, request) = Place(http);
        return string.Create(
            CultureInfo.InvariantCulture, $"{address}-{connection.LocalPort}-{Environment.ProcessId}-{number}-{request}-{now.ToUnixTimeMilliseconds() / 1000d:0.000}");
    }

    /// <summary>The connection's number, and the number of the request on it; both count what was given an id here.</summary>
    private static (long Connection, long Request) Place(HttpContext http)
    {
        if (http.Features.Get<IConnectionItemsFeature>()?.Items is not { } items)
        {
            return (Interlocked.Increment(ref _connections), 1);
        }

        // HTTP/2 runs requests of one connection side by side.
        lock (items)
        {
            if (!items.TryGetValue(_key, out var place))
            {
                items[_key] = place = new Counted(Interlocked.Increment(ref _connections));
            }

            var counted = (Counted)place!;
            return (counted.Number, ++counted.Requests);
        }
    }

    private sealed class Counted(long number)
    {
        public long Number => number;

        public long Requests { get; set; }
    }
}
