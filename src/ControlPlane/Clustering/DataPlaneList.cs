using System.Data.Common;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gateway.Sync;
using Gateway.Sync.Mtls;

namespace Gateway.ControlPlane.Clustering;

/// <summary>The list of all data planes of the cluster: the rows of all nodes, and over them what this node knows better.</summary>
internal sealed class DataPlaneList(ClusterOptions options, DataPlaneRegistry registry, DataPlaneRows rows, ConfigPublisher publisher, TimeProvider time)
{
    // A page that asks what is wrong must not wait for what is wrong.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>The configuration that the planes should have, by its version or, without one, its hash; null before there is one.</summary>
    public string? WantedHash => publisher.Image?.Version.ToString() ?? publisher.DocumentHash;

    /// <summary>The planes in the order of their ids; without a database those that this node knows.</summary>
    public async Task<IReadOnlyList<DataPlane>> ReadAsync(CancellationToken cancellation) => Merge(await ReadStoredAsync(cancellation) ?? []);

    /// <summary>The rows of all nodes; null when the database does not tell.</summary>
    public async Task<IReadOnlyList<DataPlane>?> ReadStoredAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await rows.ReadAsync(time.GetUtcNow(), both.Token).WaitAsync(both.Token);
        }
        catch (Exception e) when (e is DbException or SocketException or IOException or TimeoutException or InvalidOperationException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>The rows of other nodes and the planes of this one.</summary>
    public IReadOnlyList<DataPlane> Merge(IReadOnlyList<DataPlane> stored)
    {
        var planes = stored.ToDictionary(p => p.Id);
        foreach (var own in registry.All)
        {
            if (own.Connected || !planes.TryGetValue(own.Id, out var row) || own.LastSeen >= row.LastSeen)
            {
                planes[own.Id] = own;
            }
        }

        // As PostgreSQL orders UUIDs: by their text.
        return [.. planes.Values.OrderBy(p => p.Id.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>A plane as the original's Admin API shows it.</summary>
    public JsonObject Render(DataPlane plane) => new()
    {
        ["id"] = plane.Id.ToString(),
        ["hostname"] = plane.Hostname,
        ["ip"] = plane.Ip,
        ["version"] = plane.Version,
        ["last_seen"] = plane.LastSeen.ToUnixTimeSeconds(),
        ["updated_at"] = plane.UpdatedAt.ToUnixTimeSeconds(),
        ["config_hash"] = plane.ConfigHash,
        ["sync_status"] = plane.SyncStatus.ToWire(),
        ["labels"] = new JsonObject(plane.Labels.Select(l => KeyValuePair.Create<string, JsonNode?>(l.Key, l.Value))),
        ["cert_details"] = plane.CertificateExpiry is { } expiry ? new JsonObject { ["expiry_timestamp"] = expiry.ToUnixTimeSeconds() } : [],
        ["rpc_capabilities"] = new JsonArray([.. plane.RpcCapabilities.Select(c => JsonValue.Create(c))]),
        ["ttl"] = Math.Max(0, (long)(plane.Expires - time.GetUtcNow()).TotalSeconds),
    };

    /// <summary>This node's own cluster certificate as the live feed shows it.</summary>
    public JsonObject RenderCertificate()
    {
        var end = new DateTimeOffset(options.Identity.Current.Certificate.NotAfter.ToUniversalTime());
        return new JsonObject { ["expiry_timestamp"] = end.ToUnixTimeSeconds(), ["ends_soon"] = CertificateExpiry.IsSoon(end, time.GetUtcNow()) };
    }

    /// <summary>A plane as the live feed shows it: with what only this product knows.</summary>
    public JsonObject RenderLive(DataPlane plane)
    {
        var json = Render(plane);
        json["connected"] = plane.Connected;
        json["in_sync"] = WantedHash is { } wanted ? plane.ConfigHash == wanted || plane.ConfigHash == publisher.DocumentHash : null;
        json["problem"] = plane.Problem ?? plane.Rejection;
        json["cert_ends_soon"] = plane.CertificateExpiry is { } end && CertificateExpiry.IsSoon(end, time.GetUtcNow());
        json["losses"] = new JsonArray([.. plane.Losses.Select(l => JsonValue.Create(l))]);
        return json;
    }
}
