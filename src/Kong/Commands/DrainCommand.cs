using System.CommandLine;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using Gateway.Hosting;

namespace Gateway.Kong.Commands;

/// <summary><c>kong drain</c>.</summary>
internal static class DrainCommand
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var (conf, prefix) = (CommonOptions.Conf(), CommonOptions.Prefix());
        var command = new Command("drain", "Let the status listener answer /status/ready with 503, so that a load balancer sends nothing new; the node goes on running.")
        {
            conf, prefix,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var read = context.ReadBeside(result.GetValue(conf), result.GetValue(prefix));
            if (read.Settings is null)
            {
                return context.Fail(read.Errors);
            }

            // A failure is told, but as with the original it is not one of the command: what comes next in a shutdown script must still run.
            context.Out.WriteLine(read.Settings.StatusListeners is [var first, ..]
                ? await DrainAsync(first, cancellation)
                : "No status listeners found in configuration.");
            return 0;
        });
        return command;
    }

    private static async Task<string> DrainAsync(Listener listener, CancellationToken cancellation)
    {
        // The status listener's certificate is often one that the node made for itself, which nobody vouches for; on the same machine that is enough.
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) => errors is SslPolicyErrors.None || IPAddress.IsLoopback(listener.Reachable);
        using var client = new HttpClient(handler) { Timeout = _patience };
        var url = new UriBuilder(listener.Tls ? "https" : "http", listener.Reachable.ToString(), listener.Port, "/status/ready").Uri;
        try
        {
            using var answer = await client.PostAsJsonAsync(url, new { status = "draining" }, cancellation);
            return answer.StatusCode is HttpStatusCode.NoContent
                ? "Kong's status successfully changed to 'draining'"
                : $"Unexpected response status from {url}: {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return $"Failed to send request to {url}: {e.GetBaseException().Message}";
        }
    }
}
