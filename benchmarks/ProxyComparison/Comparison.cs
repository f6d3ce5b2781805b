using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Gateway.ProxyComparison;

/// <summary>Drives both proxies in turn, so that whatever else the machine does meets both alike.</summary>
internal static class Comparison
{
    private const string Path = "/api/orders/17";

    /// <summary>Runs it.</summary>
    /// <param name="args">Rounds, seconds per round, connections, first port; each has a default.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var numbers = args.Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        int Number(int index, int otherwise) => index < numbers.Length ? numbers[index] : otherwise;
        var (rounds, seconds, connections, port) = (Number(0, 5), Number(1, 4), Number(2, 32), Number(3, 26_100));
        var started = new List<Process>();
        try
        {
            started.Add(await StartAsync(port, "echo"));
            started.Add(await StartAsync(port + 1, "yarp", port));
            started.Add(await StartAsync(port + 2, "gateway", port));
            await Load.RunAsync(port + 1, Path, connections, 2);
            await Load.RunAsync(port + 2, Path, connections, 2);

            var (yarp, gateway) = (new List<double>(), new List<double>());
            var (yarpOctets, gatewayOctets) = (0d, 0d);
            for (var round = 1; round <= rounds; round++)
            {
                var before = (await Meter.ReadAsync(port + 1), await Meter.ReadAsync(port + 2));
                yarp.Add(await Load.RunAsync(port + 1, Path, connections, seconds));
                gateway.Add(await Load.RunAsync(port + 2, Path, connections, seconds));
                yarpOctets = (await Meter.ReadAsync(port + 1) - before.Item1) / (yarp[^1] * seconds);
                gatewayOctets = (await Meter.ReadAsync(port + 2) - before.Item2) / (gateway[^1] * seconds);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: YARP {yarp[^1],9:0} req/s   gateway {gateway[^1],9:0} req/s   ratio {gateway[^1] / yarp[^1]:0.000}"));
            }

            Console.WriteLine(Line("YARP alone", yarp, yarpOctets));
            Console.WriteLine(Line("gateway", gateway, gatewayOctets));
            var ratio = Median([.. gateway.Zip(yarp, (g, y) => g / y)]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio (median of rounds): {ratio:0.000}   with {Load.Name}, {connections} connections, {rounds} rounds of {seconds} s"));
            return ratio >= 0.85 ? 0 : 1;
        }
        finally
        {
            foreach (var process in started)
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }
    }

    private static string Line(string name, List<double> values, double octets) => string.Create(
        CultureInfo.InvariantCulture, $"{name,-12} median {Median(values),9:0} req/s   from {values.Min():0} to {values.Max():0}   allocates {octets:0} octets per request");

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 is 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static async Task<Process> StartAsync(int port, string what, int? upstream = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        if (System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet")
        {
            start.ArgumentList.Add(typeof(Comparison).Assembly.Location);
        }

        start.ArgumentList.Add(what);
        start.ArgumentList.Add(port.ToString(CultureInfo.InvariantCulture));
        if (upstream is not null)
        {
            start.ArgumentList.Add(upstream.Value.ToString(CultureInfo.InvariantCulture));
        }

        var process = Process.Start(start)!;
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(30);)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync("127.0.0.1", port);
                return process;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        process.Kill();
        throw new TimeoutException($"{what} did not begin to listen.");
    }
}
