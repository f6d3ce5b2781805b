using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.ControlPlane.Admin;

/// <summary><c>GET /timers</c>: what works in the background of this node, and whether it still does.</summary>
/// <param name="services">The services that run until the node ends.</param>
/// <param name="times">How long the rounds of their work took.</param>
internal sealed partial class TimerEndpoints(IServiceProvider services, WorkTimes times)
{
    public IEnumerable<(string Path, Resource Resource)> Resources => [("/timers", new Resource { Get = _ => Task.FromResult(AdminAnswer.Ok(Render())) })];

    private JsonObject Render()
    {
        var running = services.GetServices<IHostedService>().OfType<BackgroundService>().Where(s => s.ExecuteTask is not null).ToList();
        var working = running.Count(s => !s.ExecuteTask!.IsCompleted && times.Of(s.GetType()) is not { IsRunning: false });
        return new JsonObject
        {
            ["worker"] = new JsonObject { ["id"] = 0, ["count"] = 1 },
            ["stats"] = new JsonObject
            {
                ["sys"] = new JsonObject
                {
                    ["total"] = running.Count,
                    ["running"] = working,
                    ["waiting"] = running.Count(s => !s.ExecuteTask!.IsCompleted) - working,
                    ["pending"] = ThreadPool.PendingWorkItemCount,
                    ["runs"] = running.Sum(s => times.Of(s.GetType())?.Begun ?? 1),
                },
                ["timers"] = new JsonObject(running.Select(s => (Name: NameOf(s), Service: s)).DistinctBy(s => s.Name).OrderBy(s => s.Name, StringComparer.Ordinal)
                    .Select(s => KeyValuePair.Create<string, JsonNode?>(s.Name, Render(s.Name, s.Service.ExecuteTask!, times.Of(s.Service.GetType()))))),
                // What the original fills when it debugs its timers, which nothing here does.
                ["flamegraph"] = new JsonObject { ["running"] = "", ["pending"] = "", ["elapsed_time"] = "" },
            },
        };
    }

    /// <summary>A service; one that counts no rounds is one long round.</summary>
    private static JsonObject Render(string name, Task task, WorkTime? times) => new()
    {
        ["name"] = name,
        ["meta"] = new JsonObject { ["name"] = "debug off", ["callstack"] = "debug off" },
        ["is_running"] = times?.IsRunning ?? !task.IsCompleted,
        ["stats"] = new JsonObject
        {
            ["runs"] = times?.Begun ?? 1,
            ["finish"] = times?.Finished ?? (task.IsCompleted ? 1 : 0),
            ["last_err_msg"] = task.Exception?.GetBaseException().Message ?? times?.LastError ?? "",
            // Before the first round ended: the values that the original begins with.
            ["elapsed_time"] = times is not { Finished: > 0 }
                ? new JsonObject { ["min"] = 9_999_999, ["max"] = -1, ["avg"] = 0, ["variance"] = 0 }
                : new JsonObject { ["min"] = times.Least, ["max"] = times.Most, ["avg"] = times.Average, ["variance"] = times.Variance },
        },
    };

    private static string NameOf(BackgroundService service) => Hump().Replace(service.GetType().Name, "-$1").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z])([A-Z])")]
    private static partial Regex Hump();
}
