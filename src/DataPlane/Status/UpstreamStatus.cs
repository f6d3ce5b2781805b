using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Health;
using Gateway.PluginSdk;
using Gateway.Schema;
using Gateway.Sync.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Status;

/// <summary>What the status listener tells of upstreams: their targets and how they are.</summary>
/// <param name="current">The configuration in use.</param>
/// <param name="node">This node.</param>
internal sealed class UpstreamStatus(CurrentSnapshot current, GatewayNode node)
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1000;

    /// <summary>The answer to a path below <c>/upstreams</c>; null when there is none.</summary>
    /// <param name="path">The segments of the path.</param>
    /// <param name="query">The query.</param>
    public async ValueTask<JsonObject?> FindAsync(string[] path, IQueryCollection query)
    {
        if (path.Length is not (3 or 4) || Find(path[1]) is not { } balancer)
        {
            return null;
        }

        switch (path[2..])
        {
            case ["health"] when query["balancer_health"].ToString() is "1":
                return new JsonObject { ["data"] = (await UpstreamMonitor.ReadAsync(balancer)).Render(), ["next"] = null, ["node_id"] = node.Id.ToString() };
            case ["health"]:
                var health = (await UpstreamMonitor.ReadAsync(balancer)).Targets.ToDictionary(t => t.Id);
                var page = Page(balancer, path, query, target => Describe(target, health[target.Id]));
                page["node_id"] = node.Id.ToString();
                return page;
            case ["targets"] or ["targets", "all"]:
                return Page(balancer, path, query, Describe);
            case ["targets", var name]:
                return balancer.Plan.Targets.FirstOrDefault(t => t.Entity!.Address == name || t.Id.ToString() == name) is { } one ? Describe(one) : null;
            default:
                return null;
        }
    }

    private Balancer? Find(string nameOrId)
    {
        var balancers = current.Value.Balancers;
        return Guid.TryParse(nameOrId, out var id) ? balancers.GetValueOrDefault(id)
            : balancers.Values.FirstOrDefault(b => string.Equals(b.Plan.Entity!.Name, nameOrId, StringComparison.Ordinal));
    }

    private static JsonObject Page(Balancer balancer, string[] path, IQueryCollection query, Func<UpstreamTarget, JsonObject> describe)
    {
        var size = int.TryParse(query["size"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, MaxSize) : DefaultSize;
        var ordered = balancer.Plan.Targets.OrderBy(t => t.Id.ToString(), StringComparer.Ordinal);
        var after = After(query["offset"].ToString());
        var rows = ordered.Where(t => after is null || string.CompareOrdinal(t.Id.ToString(), after) > 0).Take(size + 1).ToArray();
        var page = new JsonObject { ["data"] = new JsonArray([.. rows.Take(size).Select(describe)]), ["next"] = null };
        if (rows.Length > size)
        {
            var offset = Base64Url.EncodeToString(rows[size - 1].Id.ToByteArray(bigEndian: true));
            page["offset"] = offset;
            page["next"] = $"/{string.Join('/', path.Select(Uri.EscapeDataString))}?offset={offset}{(asked > 0 ? $"&size={size}" : "")}";
        }

        return page;
    }

    private static string? After(string offset)
    {
        Span<byte> id = stackalloc byte[18];
        return offset.Length is 22 && Base64Url.TryDecodeFromChars(offset, id, out var length) && length is 16 ? new Guid(id[..16], bigEndian: true).ToString() : null;
    }

    private static JsonObject Describe(UpstreamTarget target) => JsonSerializer.SerializeToNode(target.Entity, Wire.Options)!.AsObject();

    private static JsonObject Describe(UpstreamTarget target, TargetHealth health)
    {
        var row = Describe(target);
        row["health"] = health.Health.Name();
        row["data"] = health.Render();
        return row;
    }
}
