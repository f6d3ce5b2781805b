using System.Text.Json;
using Gateway.Sync;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Reads and writes the table <c>clustering_data_planes</c>, by which control plane nodes know each other's data planes.</summary>
internal sealed class DataPlaneRows(NpgsqlDataSource database)
{
    private const int TimeoutSeconds = 5;

    // Of two nodes that know the same plane, the one that saw it last is right.
    private const string Upsert = """
        INSERT INTO clustering_data_planes
          (id, hostname, ip, version, last_seen, updated_at, config_hash, sync_status, labels, cert_details, rpc_capabilities, ttl)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (id) DO UPDATE SET
          hostname = EXCLUDED.hostname, ip = EXCLUDED.ip, version = EXCLUDED.version, last_seen = EXCLUDED.last_seen,
          updated_at = EXCLUDED.updated_at, config_hash = EXCLUDED.config_hash, sync_status = EXCLUDED.sync_status,
          labels = EXCLUDED.labels, cert_details = EXCLUDED.cert_details, rpc_capabilities = EXCLUDED.rpc_capabilities, ttl = EXCLUDED.ttl
        WHERE clustering_data_planes.updated_at IS NULL OR clustering_data_planes.updated_at <= EXCLUDED.updated_at
        """;

    private const string Select = """
        SELECT id, hostname, ip, version, last_seen, updated_at, config_hash, sync_status, labels, cert_details, rpc_capabilities, ttl
        FROM clustering_data_planes WHERE ttl > $1
        """;

    public async Task WriteAsync(DataPlane plane, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Upsert);
        command.CommandTimeout = TimeoutSeconds;
        var parameters = command.Parameters;
        parameters.Add(new() { Value = plane.Id });
        parameters.Add(new() { Value = plane.Hostname });
        parameters.Add(new() { Value = plane.Ip });
        parameters.Add(new() { Value = plane.Version });
        parameters.Add(new() { Value = plane.LastSeen.UtcDateTime });
        parameters.Add(new() { Value = plane.UpdatedAt.UtcDateTime });
        parameters.Add(new() { Value = plane.ConfigHash });
        parameters.Add(new() { Value = plane.SyncStatus.ToWire() });
        parameters.Add(new() { Value = JsonSerializer.Serialize(plane.Labels), NpgsqlDbType = NpgsqlDbType.Jsonb });
        parameters.Add(new() { Value = CertificateDetails(plane), NpgsqlDbType = NpgsqlDbType.Jsonb });
        parameters.Add(new() { Value = plane.RpcCapabilities.ToArray() });
        parameters.Add(new() { Value = plane.Expires.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<IReadOnlyList<DataPlane>> ReadAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Select);
        command.CommandTimeout = TimeoutSeconds;
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var planes = new List<DataPlane>();
        while (await reader.ReadAsync(cancellation))
        {
            planes.Add(new DataPlane
            {
                Id = reader.GetGuid(0),
                Hostname = Text(reader, 1),
                Ip = Text(reader, 2),
                Version = Text(reader, 3),
                LastSeen = Time(reader, 4),
                UpdatedAt = Time(reader, 5),
                ConfigHash = Text(reader, 6),
                SyncStatus = Enum.GetValues<SyncStatus>().FirstOrDefault(s => s.ToWire() == Text(reader, 7)),
                Labels = reader.IsDBNull(8) ? new Dictionary<string, string>() : JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(8))!,
                CertificateExpiry = reader.IsDBNull(9) ? null : Expiry(reader.GetString(9)),
                RpcCapabilities = reader.IsDBNull(10) ? [] : reader.GetFieldValue<string[]>(10),
                Expires = Time(reader, 11),
            });
        }

        return planes;
    }

    public async Task PurgeAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("DELETE FROM clustering_data_planes WHERE ttl <= $1");
        command.CommandTimeout = TimeoutSeconds;
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string CertificateDetails(DataPlane plane) =>
        plane.CertificateExpiry is { } expiry ? $"{{\"expiry_timestamp\":{expiry.ToUnixTimeSeconds()}}}" : "{}";

    private static DateTimeOffset? Expiry(string details)
    {
        using var document = JsonDocument.Parse(details);
        return document.RootElement.TryGetProperty("expiry_timestamp", out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64()) : null;
    }

    private static string Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? "" : reader.GetString(column);

    private static DateTimeOffset Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? default : new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc));
}
