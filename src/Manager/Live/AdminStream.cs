using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;

namespace Gateway.Manager.Live;

/// <summary>Server-sent events of the Admin API for as long as one page shows them; they are connected again by themselves.</summary>
internal static class AdminStream
{
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(2);

    // The streams speak every few seconds or send comments.
    private static readonly TimeSpan _silence = TimeSpan.FromMinutes(1);

    /// <summary>Every event; a name of null says that the Admin API is away. It ends where the Admin API has no such stream.</summary>
    /// <param name="admin">The Admin API.</param>
    /// <param name="path">The stream.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async IAsyncEnumerable<(string? Name, JsonObject Data)> ReadAsync(
        AdminClient admin, string path, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            using var response = await OpenAsync(admin, path, cancellation);
            if (response?.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed)
            {
                yield break;
            }

            if (response is { IsSuccessStatusCode: true })
            {
                await using var body = await response.Content.ReadAsStreamAsync(cancellation);
                await using var events = ServerEvents.ReadAsync(body, _silence, cancellation).GetAsyncEnumerator(cancellation);
                while (await NextAsync(events, cancellation) is { } next)
                {
                    yield return next;
                }
            }

            yield return (null, []);
            await Task.Delay(_retry, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<HttpResponseMessage?> OpenAsync(AdminClient admin, string path, CancellationToken cancellation)
    {
        try
        {
            return await admin.OpenAsync(path, cancellation);
        }
        catch (Exception e) when (IsLoss(e) || cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<(string? Name, JsonObject Data)?> NextAsync(IAsyncEnumerator<ServerEvent> events, CancellationToken cancellation)
    {
        try
        {
            while (await events.MoveNextAsync())
            {
                if (JsonNode.Parse(events.Current.Data) is JsonObject data)
                {
                    return (events.Current.Name, data);
                }
            }
        }
        catch (Exception e) when (IsLoss(e) || cancellation.IsCancellationRequested)
        {
            // Connected again by the caller, or nobody looks any more.
        }

        return null;
    }

    private static bool IsLoss(Exception exception) => exception is HttpRequestException or IOException or TimeoutException or JsonException;
}
