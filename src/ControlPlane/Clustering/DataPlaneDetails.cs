using System.Text.Json.Nodes;
using Gateway.ControlPlane.Telemetry;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Everything that is known of one data plane; what only the node that holds its connection knows is left out on others.</summary>
internal sealed class DataPlaneDetails(DataPlaneList list, DataPlaneRegistry registry, Vitals vitals, TimeProvider time)
{
    private const int Minute = 60;

    /// <summary>The data plane, or null when nobody knows it.</summary>
    public async Task<JsonObject?> ReadAsync(Guid id, CancellationToken cancellation)
    {
        if ((await list.ReadAsync(cancellation)).FirstOrDefault(p => p.Id == id) is not { } plane)
        {
            return null;
        }

        var json = list.RenderLive(plane);
        json["wanted_hash"] = list.WantedHash;
        json["plugins"] = new JsonArray([.. plane.Plugins.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => new JsonObject { ["name"] = p.Name, ["version"] = p.Version })]);
        json["certificate"] = plane.Certificate?.Render();
        json["errors"] = plane.Reported is { } reported
            ? new JsonArray(new JsonObject
            {
                ["at"] = plane.LastSeen.ToUnixTimeMilliseconds() / 1000d,
                ["entity"] = reported.Entity,
                ["field"] = reported.Field,
                ["message"] = reported.Message,
            })
            : plane.Rejection is { } words ? new JsonArray(new JsonObject { ["at"] = plane.LastSeen.ToUnixTimeMilliseconds() / 1000d, ["message"] = words }) : [];
        json["sync_history"] = registry.HistoryOf(id);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var seconds = vitals.Seconds(new Series(SeriesKind.Node, id), now - Minute, now);
        json["traffic"] = seconds is [.., var last]
            ? new JsonObject { ["second"] = last.Render(SeriesKind.Node), ["minute"] = new JsonObject { ["requests"] = seconds.Sum(s => s.Requests), ["r5xx"] = seconds.Sum(s => s.ServerErrors) } }
            : null;
        return json;
    }
}
