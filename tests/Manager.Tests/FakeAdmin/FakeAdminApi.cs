using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Manager.Tests.FakeAdmin;

/// <summary>An Admin API on a real socket, with entities in memory: the double of the Manager's one process boundary.</summary>
public sealed class FakeAdminApi : IAsyncDisposable
{
    public const string UserName = "kong_admin";
    public const string Password = "correct horse";

    private WebApplication? _app;

    public FakeEntities Entities { get; } = new();

    public FakeStream Vitals { get; } = new();

    public FakeStream DataPlanes { get; } = new();

    public Uri Address { get; private set; } = new("http://127.0.0.1:1");

    /// <summary>The health of every upstream; null where this Admin API does not tell.</summary>
    public JsonObject? Health { get; set; }

    /// <summary>What is told of one data plane; null for a control plane that knows none.</summary>
    public JsonObject? DataPlane { get; set; }

    /// <summary>The stream of sampled requests.</summary>
    public FakeStream Samples { get; } = new();

    /// <summary>What the history of any series answers; null for a control plane that has none.</summary>
    public JsonObject? History { get; set; }

    /// <summary>When set, every answer but the feeds has this status.</summary>
    public int? Fault { get; set; }

    /// <summary>Whom the Manager named as the client of the last sign-in.</summary>
    public string? SignInsFrom { get; private set; }

    /// <summary>When set, what every check of a password answers.</summary>
    public int? AuthStatus { get; set; }

    /// <summary>How often each path was asked for.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<FakeAdminApi> StartAsync(int port = 0)
    {
        var fake = new FakeAdminApi();
        await fake.ListenAsync(port);
        return fake;
    }

    public async Task ListenAsync(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, port));
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task StopAsync()
    {
        Vitals.Break();
        Samples.Break();
        DataPlanes.Break();
        if (_app is { } app)
        {
            _app = null;
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.Trim('/');
        Requests.Enqueue($"{http.Request.Method} {path}");
        if (path is "vitals/live" or "clustering/data-planes/live" or "vitals/requests/live")
        {
            await (path is "vitals/live" ? Vitals : path is "vitals/requests/live" ? Samples : DataPlanes).SendAsync(http);
            return;
        }

        var (status, body) = Fault is { } fault ? (fault, new JsonObject { ["message"] = "An unexpected error occurred" }) : path switch
        {
            "" => (200, Info()),
            "auth" => AuthStatus is { } refused ? (refused, new JsonObject { ["message"] = "Too many attempts" }) : Authenticate(http),
            "status" => (200, new JsonObject { ["database"] = new JsonObject { ["reachable"] = true } }),
            _ when path.StartsWith("schemas/", StringComparison.Ordinal) && http.Request.Method == "GET" => FakeSchemas.Find(path["schemas/".Length..]) is { } schema
                ? (200, schema)
                : (404, new JsonObject { ["message"] = $"No entity named '{path["schemas/".Length..]}'" }),
            _ when path.StartsWith("clustering/data-planes/", StringComparison.Ordinal) => DataPlane is { } plane ? (200, plane) : (404, new JsonObject { ["message"] = "Not found" }),
            _ when path.StartsWith("vitals/", StringComparison.Ordinal) => History is { } history ? (200, history) : (404, new JsonObject { ["message"] = "Not found" }),
            _ when path.EndsWith("/health/data-planes", StringComparison.Ordinal) => Health is { } health ? (200, health) : (404, new JsonObject { ["message"] = "Not found" }),
            _ when path.EndsWith("/healthy", StringComparison.Ordinal) || path.EndsWith("/unhealthy", StringComparison.Ordinal) => (204, null),
            _ => Entities.Answer(http.Request.Method, path.Split('/').Select(Uri.UnescapeDataString).ToArray(), http.Request.Query, await ReadAsync(http)),
        };
        http.Response.StatusCode = status;
        if (body is not null)
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            await http.Response.WriteAsync(body.ToJsonString());
        }
    }

    private static async Task<JsonObject> ReadAsync(HttpContext http) =>
        http.Request.ContentLength is > 0 && await JsonNode.ParseAsync(http.Request.Body) is JsonObject body ? body : [];

    private static JsonObject Info() => new()
    {
        ["version"] = "3.10.0",
        ["hostname"] = "control-plane-1",
        ["plugins"] = new JsonObject
        {
            ["available_on_server"] = new JsonObject
            {
                ["key-auth"] = new JsonObject { ["version"] = "3.10.0", ["priority"] = 1250 },
                ["rate-limiting"] = new JsonObject { ["version"] = "3.10.0", ["priority"] = 910 },
            },
            ["enabled_in_cluster"] = new JsonArray("rate-limiting"),
        },
    };

    private (int, JsonObject) Authenticate(HttpContext http)
    {
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password}"));
        SignInsFrom = http.Request.Headers["X-Forwarded-For"].ToString();
        return http.Request.Headers.Authorization == expected ? (200, new JsonObject { ["username"] = UserName }) : (401, new JsonObject { ["message"] = "Unauthorized" });
    }
}
