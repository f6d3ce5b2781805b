using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Admin;

/// <summary>What the node tells about itself: its kind and settings, its state, its paths, and the tags in use.</summary>
internal sealed class NodeEndpoints(ControlPlaneOptions options, StoreRunner runner, RouteTable routes, RequestCount requests)
{
    public IEnumerable<(string Path, Resource Resource)> Resources =>
    [
        ("/", new Resource { Get = async request => AdminAnswer.Ok(await InfoAsync(request)) }),
        ("/status", new Resource { Get = StatusAsync }),
        ("/status/dns", new Resource { Get = NamesAsync }),
        ("/robots.txt", new Resource { Get = _ => Task.FromResult(new AdminAnswer(StatusCodes.Status200OK) { Text = "User-agent: *\nDisallow: /\n" }) }),
        ("/endpoints", new Resource { Get = _ => Task.FromResult(Endpoints()) }),
    ];

    /// <summary>The node's state, as the status listener shows it too.</summary>
    public async Task<AdminAnswer> StatusAsync(AdminRequest request)
    {
        var unit = request.Query.TryGetValue("unit", out var asked) ? asked.ToString() : "m";
        if (MemorySize.Format(0, unit, 2) is null)
        {
            return AdminAnswer.Problem(StatusCodes.Status400BadRequest, $"invalid unit '{unit}' (expected 'k/K', 'm/M', or 'g/G')");
        }

        var scale = int.TryParse(request.Query["scale"], NumberStyles.None, CultureInfo.InvariantCulture, out var digits) ? Math.Min(digits, 10) : 2;
        var memory = GC.GetGCMemoryInfo();
        var state = options.DataPlane is { } dataPlane
            ? KeyValuePair.Create<string, JsonNode?>("configuration_hash", dataPlane.Hash())
            : KeyValuePair.Create<string, JsonNode?>("database", new JsonObject { ["reachable"] = await IsReachableAsync(request) });
        return AdminAnswer.Ok(new JsonObject([state])
        {
            ["memory"] = new JsonObject
            {
                ["lua_shared_dicts"] = new JsonObject
                {
                    ["kong"] = new JsonObject
                    {
                        ["allocated_slabs"] = MemorySize.Format(memory.HeapSizeBytes, unit, scale),
                        ["capacity"] = MemorySize.Format(memory.TotalAvailableMemoryBytes, unit, scale),
                    },
                },
                ["workers_lua_vms"] = new JsonArray(new JsonObject
                {
                    ["pid"] = Environment.ProcessId,
                    ["http_allocated_gc"] = MemorySize.Format(GC.GetTotalMemory(forceFullCollection: false), unit, scale),
                }),
            },
            ["server"] = (requests.Read() + options.Traffic()).Render(),
        });
    }

    private async Task<bool> IsReachableAsync(AdminRequest request) =>
        (await runner.RunAsync<bool>(_ => Task.FromResult<Outcome<bool>>(true), request.Cancellation)).Error is null;

    private async Task<JsonObject> InfoAsync(AdminRequest request)
    {
        var plugins = GatewayDbContext.Tables["plugins"];
        var used = await runner.ReadAsync<List<string>>(
            async session => await session.Rows(plugins).Select(p => EF.Property<string>(p, "name")).Distinct().ToListAsync(session.Cancellation), request.Cancellation);
        return new JsonObject
        {
            ["tagline"] = "Welcome to kong",
            ["version"] = Product.KongVersion,
            ["edition"] = "community",
            ["product"] = new JsonObject { ["version"] = Product.Version, ["runtime"] = RuntimeInformation.FrameworkDescription },
            ["hostname"] = Dns.GetHostName(),
            ["node_id"] = options.NodeId.ToString(),
            ["lua_version"] = "none",
            ["timers"] = new JsonObject { ["running"] = Timer.ActiveCount, ["pending"] = 0 },
            ["pids"] = new JsonObject { ["master"] = Environment.ProcessId, ["workers"] = new JsonArray(Environment.ProcessId) },
            ["plugins"] = new JsonObject
            {
                ["available_on_server"] = new JsonObject(options.Plugins.Plugins.Select(p => KeyValuePair.Create<string, JsonNode?>(
                    p.Name, new JsonObject { ["version"] = Product.KongVersion, ["priority"] = p.Priority }))),
                ["enabled_in_cluster"] = new JsonArray([.. (used.Value ?? []).Select(n => (JsonNode?)n)]),
            },
            ["configuration"] = Configuration(),
        };
    }

    private AdminAnswer Endpoints() => AdminAnswer.Ok(new JsonObject { ["data"] = new JsonArray([.. routes.Paths.Select(p => (JsonNode?)p.Path)]) });

    private JsonObject Configuration()
    {
        var shown = (JsonObject)options.Configuration.DeepClone();
        shown["log_level"] = options.LogLevel.Name;
        return shown;
    }

    private Task<AdminAnswer> NamesAsync(AdminRequest request) => Task.FromResult(options.Names() is { } names
        ? AdminAnswer.Ok(names)
        : AdminAnswer.Problem(StatusCodes.Status501NotImplemented, "not implemented with the legacy DNS client"));
}

/// <summary>Amounts of memory, in the unit that was asked for.</summary>
internal static class MemorySize
{
    /// <summary>Such as <c>0.05 MiB</c>; null for an unknown unit.</summary>
    public static JsonNode? Format(long bytes, string unit, int scale) => unit switch
    {
        "b" or "B" => bytes,
        "k" or "K" => Format(bytes, 1L << 10, "KiB", scale),
        "m" or "M" => Format(bytes, 1L << 20, "MiB", scale),
        "g" or "G" => Format(bytes, 1L << 30, "GiB", scale),
        _ => null,
    };

    private static JsonNode Format(long bytes, long size, string name, int scale) =>
        $"{(bytes / (double)size).ToString($"F{scale}", CultureInfo.InvariantCulture)} {name}";
}
