using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Batching;
using Gateway.PluginSdk.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Plugins.Tests.Common;

/// <summary>What the tests of plugins that send lines over sockets share: a server, queues, and exchanges that are over.</summary>
public abstract class LineServer : IAsyncDisposable
{
    private readonly UdpClient _server = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(20));

    protected static GatewayNode Node { get; } = new(Guid.NewGuid(), "a.test");

    protected BatchQueues Queues { get; } = new(TimeProvider.System, NullLogger<BatchQueues>.Instance);

    protected int Port => ((IPEndPoint)_server.Client.LocalEndPoint!).Port;

    protected CancellationToken Limit => _limit.Token;

    public async ValueTask DisposeAsync()
    {
        await Queues.DisposeAsync();
        _server.Dispose();
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static FakeExchange Exchange(int status = 200, bool isMatched = true)
    {
        var entry = new JsonObject
        {
            ["request"] = new JsonObject { ["size"] = 101 },
            ["response"] = new JsonObject { ["size"] = 945, ["status"] = status },
            ["latencies"] = new JsonObject { ["request"] = 5, ["proxy"] = isMatched ? 3 : -1, ["kong"] = 1 },
            ["workspace"] = "w",
        };
        if (isMatched)
        {
            entry["service"] = new JsonObject { ["name"] = "s.v1", ["host"] = "h" };
            entry["route"] = new JsonObject { ["id"] = "r1", ["name"] = "r" };
            entry["consumer"] = new JsonObject { ["id"] = "c1", ["custom_id"] = "cb", ["username"] = "b|b" };
        }

        var exchange = new FakeExchange { Logged = entry };
        exchange.Http.Response.StatusCode = status;
        return exchange;
    }

    protected async Task<string[]> ReceiveAsync(int count)
    {
        var received = new string[count];
        for (var i = 0; i < count; i++)
        {
            received[i] = Encoding.UTF8.GetString((await _server.ReceiveAsync(_limit.Token)).Buffer);
        }

        return received;
    }
}
