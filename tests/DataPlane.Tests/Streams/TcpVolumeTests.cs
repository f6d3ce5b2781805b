using System.Net.Sockets;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Telemetry;
using Gateway.Sync.Telemetry;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Streams;

[Collection(Alone.Name)]
public sealed class TcpVolumeTests
{
    [Fact]
    public async Task Octets_ManyOfThem_PassWithoutBeingHeld()
    {
        const int Pieces = 2048;
        using var upstream = new TcpUpstream();
        var service = StreamGateway.Service(upstream.Port);
        await using var gateway = await StreamGateway.StartAsync(new ConfigEntities { Services = [service], Routes = [StreamGateway.Route(service)] });
        using var client = await gateway.ConnectAsync();
        var (piece, back) = (new byte[64 * 1024], new byte[64 * 1024]);
        new Random(1).NextBytes(piece);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Pieces; i++)
            {
                for (var sent = 0; sent < piece.Length;)
                {
                    sent += await client.SendAsync(piece.AsMemory(sent));
                }
            }

            client.Shutdown(SocketShutdown.Send);
        });
        var (total, differ) = (0L, false);
        for (int read; (read = await client.ReceiveAsync(back)) > 0; total += read)
        {
            for (var i = 0; i < read && !differ; i += 97)
            {
                differ = back[i] != piece[(int)((total + i) % piece.Length)];
            }
        }

        await sending;
        total.ShouldBe((long)Pieces * piece.Length);
        differ.ShouldBeFalse();
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(total / 4);
        var counted = gateway.Gateway.Services.GetRequiredService<TrafficCounters>();
        await Wait.UntilAsync(() => Task.FromResult(counted.Streams == new StreamTotals(1, total, total)), "the stream is counted");
        counted.Connections.ShouldBe(0);
        counted.Accepted.ShouldBe(1);
    }
}
