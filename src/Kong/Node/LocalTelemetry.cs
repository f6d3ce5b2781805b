using System.Net;
using Gateway.ControlPlane.Telemetry;
using Gateway.DataPlane.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Gateway.Kong.Node;

/// <summary>Brings what the data plane counts to the control plane of the same process; what hybrid mode sends over the wire goes by reference here.</summary>
internal sealed class LocalTelemetry(Guid node, VitalsReports reports, TelemetryIntake intake) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var hostname = Dns.GetHostName();
        try
        {
            await reports.RunAsync(report =>
            {
                intake.Record(node, hostname, report);
                return ValueTask.CompletedTask;
            }, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
