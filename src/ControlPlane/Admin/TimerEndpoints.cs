using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.ControlPlane.Admin;

/// <summary><c>GET /timers</c>: what works in the background of this node, and whether it still does.</summary>
/// <param name="services">The services that run until the node ends.</param>
internal sealed partial class TimerEndpoints(IServiceProvider services)
{
    public IEnumerable<(string Path, Resource Resource)> Resources => [("/timers", new Resource { Get = _ => Task.FromResult(AdminAnswer.Ok(Render())) })];

    private JsonObject Render()
    {
        var running = services.GetServices<IHostedService>().OfType<BackgroundService>().Where(s => s.ExecuteTask is not null).ToList();
        var active = running.Count(s => !s.ExecuteTask!.IsCompleted);
        return new JsonObject
        {
            ["worker"] = new JsonObject { ["id"] = 0, ["count"] = 1 },
            ["stats"] = new JsonObject
            {
                ["sys"] = new JsonObject
                {
                    ["total"] = running.Count, ["running"] = active, ["waiting"] = Timer.ActiveCount, ["pending"] = ThreadPool.PendingWorkItemCount, ["runs"] = running.Count,
                },
                ["timers"] = new JsonObject(running.Select(s => (Name: NameOf(s), Service: s)).DistinctBy(s => s.Name).OrderBy(s => s.Name, StringComparer.Ordinal)
                    .Select(s => KeyValuePair.Create<string, JsonNode?>(s.Name, Render(s.Name, s.Service.ExecuteTask!)))),
                // What the original fills when it debugs its timers, which nothing here does.
                ["flamegraph"] = new JsonObject { ["running"] = "", ["pending"] = "", ["elapsed_time"] = "" },
            },
        };
    }

    private static JsonObject Render(string name, Task task) => new()
    {
        ["name"] = name,
        ["meta"] = new JsonObject { ["name"] = "debug off", ["callstack"] = "debug off" },
        ["is_running"] = !task.IsCompleted,
        ["stats"] = new JsonObject
        {
            ["runs"] = 1,
            ["finish"] = task.IsCompleted ? 1 : 0,
            ["last_err_msg"] = task.Exception?.GetBaseException().Message ?? "",
            // Nothing is measured: the values that the original begins with.
            ["elapsed_time"] = new JsonObject { ["min"] = 9_999_999, ["max"] = -1, ["avg"] = 0, ["variance"] = 0 },
        },
    };

    private static string NameOf(BackgroundService service) => Hump().Replace(service.GetType().Name, "-$1").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z])([A-Z])")]
    private static partial Regex Hump();
}
