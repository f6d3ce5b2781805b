using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>Hands out loopback TCP ports that nobody listens on, each once per test process.</summary>
public static class FreePort
{
    private static readonly ConcurrentDictionary<int, bool> _taken = new();

    /// <summary>A port that was free a moment ago.</summary>
    public static int Next()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (_taken.TryAdd(port, true))
            {
                return port;
            }
        }
    }
}
