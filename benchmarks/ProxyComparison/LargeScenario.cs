using System.Globalization;

namespace Gateway.ProxyComparison;

/// <summary>Bodies of 1 GiB in both directions, and what they do to the memory.</summary>
internal static class LargeScenario
{
    private const long Size = 1L << 30;

    public static async Task<long> RunAsync(string file, Target[] peers)
    {
        Console.WriteLine("## 1 GiB down and up\n");
        var failed = 0L;
        var rows = new List<string[]>();
        foreach (var peer in peers)
        {
            var (before, cpu) = (peer.Megabytes, peer.Microseconds);
            var down = await CurlAsync(peer.Http + "/large", "%{size_download} %{time_total}");
            var halfway = peer.Microseconds;
            var up = await CurlAsync(peer.Http + "/upload", "%{size_upload} %{time_total}", "-X", "POST", "-H", "Expect:", "-T", file);
            failed += (down.Octets is Size ? 0 : 1) + (up.Octets is Size ? 0 : 1);
            rows.Add(
            [
                peer.Name, Number(down.Seconds), Number((halfway - cpu)!.Value / 1e6), Number(up.Seconds), Number((peer.Microseconds - halfway)!.Value / 1e6),
                Number(before!.Value), Number(RunningProcess.PeakMegabytes(peer.Process!.Value)), $"{down.Octets} / {up.Octets}",
            ]);
        }

        Table.Write(["proxy", "down s", "down CPU s", "up s", "up CPU s", "memory before MB", "peak MB", "octets down / up"], rows);
        return failed;
    }

    private static async Task<(long Octets, double Seconds)> CurlAsync(string url, string format, params string[] arguments)
    {
        var output = await Load.RunAsync("curl", ["-s", "-f", "--http1.1", "-o", "/dev/null", "-w", format, .. arguments, url]);
        var parts = output.Split(' ');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
