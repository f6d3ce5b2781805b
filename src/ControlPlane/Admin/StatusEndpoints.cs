using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>What an orchestrator asks on the status listener: whether the node lives, and whether it is ready; and what Prometheus asks there.</summary>
internal sealed class StatusEndpoints(NodeEndpoints node, StoreRunner runner, ConfigPublisher publisher, MetricsEndpoint metrics, ControlPlaneOptions options)
{
    private volatile bool _draining;

    public IEnumerable<(string Path, Resource Resource)> Resources =>
    [
        ("/status", new Resource { Get = node.StatusAsync }),
        ("/metrics", metrics.Resource),
        ("/status/ready", new Resource { Get = ReadyAsync, Post = DrainAsync }),
    ];

    private async Task<AdminAnswer> ReadyAsync(AdminRequest request)
    {
        var reached = await runner.RunAsync<bool>(_ => Task.FromResult<Outcome<bool>>(true), request.Cancellation);
        return _draining ? Unready("draining")
            : reached.Error is not null ? Unready("failed to connect to database")
            : options.Cluster is not null && !publisher.HasConfiguration ? Unready("the configuration has not been read yet")
            : options.NotReady() is { } reason ? Unready(reason)
            : AdminAnswer.Problem(StatusCodes.Status200OK, "ready");
    }

    private Task<AdminAnswer> DrainAsync(AdminRequest request)
    {
        if (request.Body.Text("status") is not "draining")
        {
            return Task.FromResult(AdminAnswer.Problem(StatusCodes.Status400BadRequest, "the field 'status' must be 'draining'"));
        }

        _draining = true;
        return Task.FromResult(AdminAnswer.NoContent);
    }

    private static AdminAnswer Unready(string reason) => AdminAnswer.Problem(StatusCodes.Status503ServiceUnavailable, reason);
}
