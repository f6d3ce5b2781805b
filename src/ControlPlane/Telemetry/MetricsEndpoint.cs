using System.Globalization;
using Gateway.ControlPlane.Admin;
using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Store;
using Gateway.Hosting;
using Gateway.Sync;
using Gateway.Sync.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Telemetry;

/// <summary><c>GET /metrics</c> of the status listener and of the Admin API: the whole cluster for Prometheus.</summary>
internal sealed class MetricsEndpoint(
    ControlPlaneOptions options, ClusterMetrics metrics, Vitals vitals, SeriesNames names, StoreRunner runner, RequestCount requests, DataPlaneList? planes = null, UpstreamHealthBoard? board = null)
{
    private const string Connections = "connections_";
    private static readonly HealthState[] _states = [HealthState.Healthy, HealthState.Unhealthy, HealthState.DnsError, HealthState.HealthchecksOff];

    public Resource Resource => new() { Get = ReadAsync };

    /// <summary>The same on the Admin API, with the type that clients of Kong's Admin API see.</summary>
    public Resource AdminResource => new() { Get = async request => await ReadAsync(request) with { TextType = "text/plain; charset=UTF-8" } };

    private async Task<AdminAnswer> ReadAsync(AdminRequest request)
    {
        var text = new MetricText();
        text.Metric("kong_node_info", "gauge", "This control plane node").Sample(1, ("node_id", options.NodeId.ToString()), ("version", Product.KongVersion));
        var reached = await runner.RunAsync<bool>(_ => Task.FromResult<Outcome<bool>>(true), request.Cancellation);
        text.Metric("kong_datastore_reachable", "gauge", "Whether the database answers, 0 or 1").Sample(reached.Error is null ? 1 : 0);

        var ids = metrics.Ids;
        var (routes, services, consumers) = (
            await names.FindAsync("routes", ids.Routes, request.Cancellation),
            await names.FindAsync("services", ids.Services, request.Cancellation),
            await names.FindAsync("consumers", ids.Consumers, request.Cancellation));
        metrics.Write(text, routes, services, consumers);

        var nodes = vitals.Nodes.OrderBy(n => n.Id).ToArray();
        WriteProcess(text);
        text.Metric("kong_nginx_connections_total", "gauge", "Connections of clients per data plane, and of this node's own listeners");
        foreach (var (name, count) in requests.Read().Render().Where(c => c.Key.StartsWith(Connections, StringComparison.Ordinal)))
        {
            text.Sample(count!.GetValue<long>(), ("node_id", options.NodeId.ToString()), ("subsystem", "http"), ("state", name[Connections.Length..]));
        }

        foreach (var node in nodes)
        {
            text.Sample(node.Connections, ("node_id", node.Id.ToString()), ("subsystem", "http"), ("state", "active"));
        }

        text.Metric("gateway_node_memory_bytes", "gauge", "Memory of the process per data plane");
        foreach (var node in nodes)
        {
            text.Sample(node.MemoryBytes, ("node_id", node.Id.ToString()), ("hostname", node.Hostname));
        }

        WriteStreams(text);
        await WriteUpstreamsAsync(text, request.Cancellation);
        await WritePlanesAsync(text, request.Cancellation);
        return new AdminAnswer(StatusCodes.Status200OK) { Text = text.ToString(), TextType = MetricText.ContentType };
    }

    private void WriteProcess(MetricText text)
    {
        var node = ("node_id", options.NodeId.ToString());
        var memory = GC.GetGCMemoryInfo();
        text.Metric("kong_memory_workers_lua_vms_bytes", "gauge", "Memory of the process's objects")
            .Sample(GC.GetTotalMemory(forceFullCollection: false), node, ("pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), ("kong_subsystem", "http"));
        text.Metric("kong_memory_lua_shared_dict_bytes", "gauge", "Memory of the process's heap").Sample(memory.HeapSizeBytes, node, ("shared_dict", "kong"), ("kong_subsystem", "http"));
        text.Metric("kong_memory_lua_shared_dict_total_bytes", "gauge", "Memory that the process may use")
            .Sample(memory.TotalAvailableMemoryBytes, node, ("shared_dict", "kong"), ("kong_subsystem", "http"));
        text.Metric("kong_nginx_timers", "gauge", "Timers of the process");
        text.Sample(Timer.ActiveCount, ("state", "running"));
        text.Sample(ThreadPool.PendingWorkItemCount, ("state", "pending"));
    }

    private void WriteStreams(MetricText text)
    {
        var streams = vitals.Streams;
        text.Metric("gateway_stream_sessions_total", "counter", "TCP connections and UDP sessions that ended, per data plane, since its start");
        foreach (var (id, totals) in streams)
        {
            text.Sample(totals.Sessions, ("node_id", id.ToString()));
        }

        text.Metric("gateway_stream_bytes_total", "counter", "Octets of these, from clients (ingress) and to them (egress)");
        foreach (var (id, totals) in streams)
        {
            text.Sample(totals.Received, ("node_id", id.ToString()), ("direction", "ingress"));
            text.Sample(totals.Sent, ("node_id", id.ToString()), ("direction", "egress"));
        }
    }

    private async Task WriteUpstreamsAsync(MetricText text, CancellationToken cancellation)
    {
        text.Metric("kong_upstream_target_health", "gauge", "Health of the addresses of upstreams' targets; where data planes differ, the worst that one sees");
        var all = board?.All ?? [];
        var named = await names.FindAsync("upstreams", [.. all.Select(u => u.Id)], cancellation);
        var addresses = all.SelectMany(u => u.Targets.SelectMany(t => t.Addresses.Select(a => (Upstream: u.Id, Target: $"{t.Host}:{t.Port}", Address: $"{a.Ip}:{a.Port}", a.Health))))
            .GroupBy(a => (a.Upstream, a.Target, a.Address)).OrderBy(a => named[a.Key.Upstream].Name, StringComparer.Ordinal).ThenBy(a => a.Key.Target, StringComparer.Ordinal)
            .ThenBy(a => a.Key.Address, StringComparer.Ordinal);
        foreach (var address in addresses)
        {
            var worst = address.Select(a => a.Health).MaxBy(h => h switch { HealthState.Unhealthy => 3, HealthState.DnsError => 2, HealthState.Healthy => 1, _ => 0 });
            foreach (var state in _states)
            {
                text.Sample(worst == state ? 1 : 0, ("upstream", named[address.Key.Upstream].Name), ("target", address.Key.Target), ("address", address.Key.Address),
                    ("state", state.Name().ToLowerInvariant()), ("subsystem", "http"));
            }
        }
    }

    private async Task WritePlanesAsync(MetricText text, CancellationToken cancellation)
    {
        if (planes is null)
        {
            return;
        }

        var all = await planes.ReadAsync(cancellation);
        text.Metric("kong_data_plane_last_seen", "gauge", "When the control plane last heard of a data plane, in Unix seconds");
        Write(p => p.LastSeen.ToUnixTimeSeconds());
        // Thirteen hex digits: what a number of this format holds exactly.
        text.Metric("kong_data_plane_config_hash", "gauge", "The beginning of the configuration's hash as a number");
        Write(p => long.TryParse(p.ConfigHash.AsSpan(0, Math.Min(13, p.ConfigHash.Length)), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) ? number : 0);
        text.Metric("kong_data_plane_version_compatible", "gauge", "Whether a data plane can take the configuration, 0 or 1");
        foreach (var plane in all)
        {
            text.Sample(plane.SyncStatus is SyncStatus.Normal ? 1 : 0, [.. Labels(plane), ("kong_version", plane.Version)]);
        }

        text.Metric("kong_data_plane_cluster_cert_expiry_timestamp", "gauge", "When the certificate of a data plane ends, in Unix seconds");
        Write(p => p.CertificateExpiry?.ToUnixTimeSeconds());

        void Write(Func<Clustering.DataPlane, long?> value)
        {
            foreach (var plane in all)
            {
                if (value(plane) is { } number)
                {
                    text.Sample(number, Labels(plane));
                }
            }
        }
    }

    private static (string, string)[] Labels(Clustering.DataPlane plane) => [("node_id", plane.Id.ToString()), ("hostname", plane.Hostname), ("ip", plane.Ip)];
}
