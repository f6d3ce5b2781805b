using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.ProxyComparison;

/// <summary>Sends requests as fast as they are answered, with wrk where it is installed and else by itself.</summary>
internal static partial class Load
{
    private static readonly string? _wrk = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Select(p => Path.Combine(p, "wrk")).FirstOrDefault(File.Exists);

    /// <summary>What sends the requests.</summary>
    public static string Name => _wrk is null ? "the built-in client" : "wrk";

    /// <summary>Runs for some seconds.</summary>
    /// <returns>The requests per second that were answered with 200.</returns>
    public static Task<double> RunAsync(int port, string path, int connections, int seconds) =>
        _wrk is null ? RunBuiltInAsync(port, path, connections, seconds) : RunWrkAsync(port, path, connections, seconds);

    private static async Task<double> RunWrkAsync(int port, string path, int connections, int seconds)
    {
        var start = new ProcessStartInfo(_wrk!, $"-t1 -c{connections} -d{seconds}s http://127.0.0.1:{port}{path}") { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(output);
        }

        return double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<double> RunBuiltInAsync(int port, string path, int connections, int seconds)
    {
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        var clock = Stopwatch.StartNew();
        var until = TimeSpan.FromSeconds(seconds);
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            using var socket = new TcpClient { NoDelay = true };
            await socket.ConnectAsync("127.0.0.1", port);
            var stream = socket.GetStream();
            var buffer = new byte[8192];
            var answered = 0;
            while (clock.Elapsed < until)
            {
                await stream.WriteAsync(request);
                var read = await stream.ReadAsync(buffer);
                if (read is 0 || !buffer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8))
                {
                    throw new InvalidOperationException(Encoding.ASCII.GetString(buffer, 0, read));
                }

                // The answers are small: they come in one or two pieces.
                while (!buffer.AsSpan(0, read).EndsWith("}"u8))
                {
                    read += await stream.ReadAsync(buffer.AsMemory(read));
                }

                answered++;
            }

            return answered;
        }));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();
}
