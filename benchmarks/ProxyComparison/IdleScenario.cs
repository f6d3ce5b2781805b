using System.Globalization;
using System.Net.Sockets;

namespace Gateway.ProxyComparison;

/// <summary>10,000 connections that have been answered once and wait, and what the others feel of them.</summary>
internal static class IdleScenario
{
    private const int Count = 10_000;
    private static readonly byte[] _request = "GET /area-00/item-000000/orders/17 HTTP/1.1\r\nHost: api.example.com\r\n\r\n"u8.ToArray();

    public static async Task<long> RunAsync(Target[] peers, BenchmarkOptions options)
    {
        Console.WriteLine("## 10,000 idle connections\n");
        var failed = 0L;
        var rows = new List<string[]>();
        foreach (var peer in peers)
        {
            // Two files per connection are the bound that HAProxy sets itself out of the limit of files.
            if (peer.Name is "HAProxy" && OpenFiles() < 2 * (Count + 1_000))
            {
                Console.WriteLine($"HAProxy is left out: this machine allows {OpenFiles()} open files, and it needs two per connection.\n");
                continue;
            }

            var before = peer.Megabytes!.Value;
            var quiet = await Load.WrkAsync(peer, options.Connections, options.Seconds);
            var sockets = new List<TcpClient>(Count);
            try
            {
                while (sockets.Count < Count)
                {
                    sockets.AddRange(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => OpenAsync(peer.Port))));
                }

                var loaded = await Load.WrkAsync(peer, options.Connections, options.Seconds);
                var alive = (await Task.WhenAll(sockets.Chunk(Count / 100).Select(AskAsync))).Sum();
                failed += Count - alive + quiet.Failed + loaded.Failed;
                rows.Add([
                    peer.Name, Text(before), Text(peer.Megabytes!.Value), $"{alive}",
                    Text(quiet.Cpu!.Value), Text(loaded.Cpu!.Value), Text(quiet.P99), Text(loaded.P99),
                ]);
            }
            finally
            {
                sockets.ForEach(s => s.Dispose());
            }
        }

        Table.Write(["proxy", "memory before MB", "memory with them MB", "answered afterwards", "CPU us before", "CPU us with them", "p99 ms before", "p99 ms with them"], rows);
        return failed;
    }

    private static async Task<TcpClient> OpenAsync(int port)
    {
        var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        return await AnswersAsync(socket) ? socket : throw new InvalidOperationException("A connection that was to idle was not answered.");
    }

    private static async Task<int> AskAsync(TcpClient[] sockets)
    {
        var alive = 0;
        foreach (var socket in sockets)
        {
            alive += await AnswersAsync(socket) ? 1 : 0;
        }

        return alive;
    }

    private static async Task<bool> AnswersAsync(TcpClient socket)
    {
        var stream = socket.GetStream();
        await stream.WriteAsync(_request);
        var buffer = new byte[8192];
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled));
            filled += read;
            var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (read is 0 || (end >= 0 && filled >= end + 4 + 1024))
            {
                break;
            }
        }

        return buffer.AsSpan(0, filled).StartsWith("HTTP/1.1 200"u8);
    }

    private static long OpenFiles()
    {
        var limit = File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : long.MaxValue;
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
