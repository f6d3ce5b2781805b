using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.Kong.Clustering;
using Gateway.Sync.Mtls;
using Spectre.Console;

namespace Gateway.Kong.Commands;

/// <summary><c>kong hybrid simulate</c>: how long a change takes to reach many data planes.</summary>
internal static class HybridSimulateCommand
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _longPatience = TimeSpan.FromMinutes(5);

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var planes = new Option<int>("--planes") { Description = "How many data planes (1 to 10000).", DefaultValueFactory = _ => 100 };
        var controlPlane = new Option<string>("--control-plane") { Description = "The control plane's host:port.", DefaultValueFactory = _ => "127.0.0.1:8005" };
        var admin = new Option<string>("--admin") { Description = "The control plane's Admin API.", DefaultValueFactory = _ => "http://127.0.0.1:8001" };
        var changes = new Option<int>("--changes") { Description = "How many changes are made, one after the other (0 to 100000).", DefaultValueFactory = _ => 10 };
        var certificate = new Option<string>("--cert") { Description = "The cluster's certificate.", DefaultValueFactory = _ => "cluster.crt" };
        var key = new Option<string>("--key") { Description = "Its private key.", DefaultValueFactory = _ => "cluster.key" };
        var restart = new Option<bool>("--await-restart") { Description = "Wait afterwards until the control plane is gone and back, and measure how long that takes." };
        var command = new Command("simulate", "Connect many simulated data planes to a control plane, and measure how long changes take to reach them.\n"
            + "The first takes the whole configuration, the others come with its version. For the changes a service is made and deleted again.")
        {
            planes, controlPlane, admin, changes, certificate, key, restart,
        };
        command.SetAction((result, cancellation) =>
        {
            var (count, number) = (result.GetValue(planes), result.GetValue(changes));
            if (count is < 1 or > 10_000)
            {
                return Task.FromResult(context.Fail("planes must be between 1 and 10000"));
            }

            if (number is < 0 or > 100_000)
            {
                return Task.FromResult(context.Fail("changes must be between 0 and 100000"));
            }

            if (!Uri.TryCreate(result.GetValue(admin), UriKind.Absolute, out var api) || api.Scheme is not ("http" or "https"))
            {
                return Task.FromResult(context.Fail("admin must be a URL"));
            }

            return RunAsync(
                context, result.GetValue(controlPlane)!, api, (result.GetValue(certificate)!, result.GetValue(key)!), count, number, result.GetValue(restart), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string controlPlane, Uri admin, (string Certificate, string Key) files, int count, int changes, bool restart, CancellationToken cancellation)
    {
        ClusterIdentity identity;
        try
        {
            identity = ClusterIdentity.Shared(X509Certificate2.CreateFromPemFile(files.Certificate, files.Key));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return context.Fail($"the cluster's certificate cannot be read: {e.Message}");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_longPatience);
        await using var planes = new SimulatedPlanes(controlPlane, identity);
        var table = new Table().AddColumns("what", "planes", "p50 ms", "p99 ms", "longest ms");
        try
        {
            var (first, entities) = await planes.StartFirstAsync(limit.Token);
            Add(table, $"first sync, {entities} entities", 1, [first.TotalMilliseconds]);
            Add(table, "all connected", count, [(await planes.StartOthersAsync(count, limit.Token)).TotalMilliseconds]);
            if (changes > 0)
            {
                Add(table, $"{changes} changes, Admin API to plane", count, await ChangeAsync(planes, admin, changes, cancellation));
            }

            if (restart)
            {
                context.Out.WriteLine("waiting for the control plane to go and come back");
                using var away = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                away.CancelAfter(_longPatience);
                Add(table, "back and in sync after the loss", count, [(await planes.ReconnectAsync(away.Token)).TotalMilliseconds]);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return context.Fail($"only {planes.Connected} of {count} data planes are connected to {controlPlane} after {_longPatience.TotalMinutes:0} minutes");
        }
        catch (HttpRequestException e)
        {
            return context.Fail($"the Admin API at {admin} does not take a change: {e.Message}");
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(context.Out) });
        console.Profile.Width = 120;
        console.Write(table);
        return 0;
    }

    private static async Task<IReadOnlyList<double>> ChangeAsync(SimulatedPlanes planes, Uri admin, int changes, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = admin, Timeout = _patience };
        var path = $"/services/simulated-{Guid.NewGuid():N}";
        var arrivals = new List<double>();
        try
        {
            for (var change = 0; change <= changes; change++)
            {
                var tag = $"simulated-{Guid.NewGuid():N}";
                planes.Expect(tag);
                using var answer = await client.PutAsJsonAsync(path, new JsonObject { ["host"] = "simulated.invalid", ["tags"] = new JsonArray(tag) }, cancellation);
                answer.EnsureSuccessStatusCode();
                var arrived = await planes.ArrivalsAsync(tag, _patience, cancellation);

                // The first is for warming up; one that never came counts as the patience that was had with it.
                if (change > 0)
                {
                    arrivals.AddRange([.. arrived, .. Enumerable.Repeat(_patience.TotalMilliseconds, planes.Count - arrived.Count)]);
                }
            }
        }
        finally
        {
            using var deleted = await client.DeleteAsync(path, CancellationToken.None);
        }

        return arrivals;
    }

    private static void Add(Table table, string what, int planes, IReadOnlyList<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        string At(double share) => sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)].ToString("0.0", CultureInfo.InvariantCulture);

        table.AddRow(what, planes.ToString(CultureInfo.InvariantCulture), At(0.5), At(0.99), At(1));
    }
}
