using System.Diagnostics;
using System.Net;

namespace Gateway.ProxyComparison;

/// <summary>How long a node needs from its start to its first answer, with 10,000 routes in its cache and no control plane.</summary>
internal static class BootScenario
{
    private const int Routes = 10_000;

    public static async Task<long> RunAsync(Lab lab, BenchmarkOptions options)
    {
        Console.WriteLine("## From the start of the process to the first 200, out of the LMDB cache with 10,000 routes\n");
        var prefix = lab.PathOf("boot");
        await new GatewayCache(Routes).WriteAsync(prefix, lab.UpstreamPort);
        var (port, tls, status) = (lab.NextPort(), lab.NextPort(), lab.NextPort());
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var (seconds, cpu) = (new List<double?>(), new List<double?>());

        // The first start reads the program from the disk: it is not counted.
        for (var round = 0; round <= options.Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            var process = await lab.StartGatewayAsync(prefix, port, tls, status);
            await FirstAnswerAsync(client, GatewayCache.PathOf(Random.Shared.Next(Routes)));
            if (round > 0)
            {
                seconds.Add(clock.Elapsed.TotalSeconds);
                cpu.Add(RunningProcess.Microseconds(process.Id) / 1e6);
            }

            await lab.StopAsync(process.Id);
        }

        Table.Write(["first 200 after s", "CPU s"], [[Table.Spread(seconds, "0.00"), Table.Spread(cpu, "0.00")]]);
        return 0;
    }

    private static async Task FirstAnswerAsync(HttpClient client, string path)
    {
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(5))
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.StatusCode is HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        throw new TimeoutException("The gateway did not answer with 200 within a minute.");
    }
}
