using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Feeds one listener with the data planes: first all, then those that changed, connected or are gone.</summary>
internal sealed class DataPlaneFeed(DataPlaneRegistry registry, TimeProvider time)
{
    // Planes of other control plane nodes are seen through their rows only.
    private static readonly TimeSpan _others = TimeSpan.FromSeconds(5);

    // Many planes ping at their own times; a page needs no more than ten updates a second.
    private static readonly TimeSpan _batch = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(EventStream stream, DataPlaneList list)
    {
        var changes = registry.Watch(stream.Ended);
        var stored = await list.ReadStoredAsync(stream.Ended) ?? [];
        var planes = list.Merge(stored);
        await stream.SendAsync("snapshot", new JsonObject
        {
            ["data"] = Render(list, planes),
            ["wanted_hash"] = list.WantedHash,
            ["certificate"] = list.RenderCertificate(),
        }.ToJsonString());
        var sent = planes.ToDictionary(p => p.Id, p => p.Revision);
        var (read, wanted) = (time.GetTimestamp(), list.WantedHash);
        Task<IReadOnlyList<DataPlane>?>? reading = null;
        while (true)
        {
            if (!await ChangedAsync(changes, stream.Ended))
            {
                await stream.SendCommentAsync();
            }

            // Beside the feed: a slow database must not slow what this node knows by itself.
            if (reading is null && time.GetElapsedTime(read) >= _others)
            {
                reading = list.ReadStoredAsync(stream.Ended);
            }

            if (reading is { IsCompleted: true })
            {
                // A database that does not answer has not said that the planes of other nodes are gone.
                (stored, read, reading) = (await reading ?? stored, time.GetTimestamp(), null);
            }

            planes = list.Merge(stored);
            DataPlane[] changed = [.. planes.Where(p => !sent.TryGetValue(p.Id, out var revision) || revision != p.Revision)];
            Guid[] gone = [.. sent.Keys.Except(planes.Select(p => p.Id))];
            if (changed.Length + gone.Length > 0 || wanted != list.WantedHash)
            {
                wanted = list.WantedHash;
                await stream.SendAsync("update", new JsonObject
                {
                    ["data"] = Render(list, changed),
                    ["removed"] = new JsonArray([.. gone.Select(id => JsonValue.Create(id.ToString()))]),
                    ["wanted_hash"] = wanted,
                    ["certificate"] = list.RenderCertificate(),
                }.ToJsonString());
                sent = planes.ToDictionary(p => p.Id, p => p.Revision);
            }
        }
    }

    private static JsonArray Render(DataPlaneList list, IEnumerable<DataPlane> planes) => new([.. planes.Select(list.RenderLive)]);

    private async Task<bool> ChangedAsync(ChannelReader<bool> changes, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_others, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await changes.ReadAsync(both.Token);
            await Task.Delay(_batch, time, cancellation);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
