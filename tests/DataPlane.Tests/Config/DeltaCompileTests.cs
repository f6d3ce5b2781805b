using System.Net;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Config;

/// <summary>One plane takes changes, another the whole of what comes of them; both must serve the same.</summary>
public sealed class DeltaCompileTests : IDisposable
{
    private const int Things = 6;

    private readonly TempFolder _folder = new();
    private readonly Random _random = new(17);
    private readonly SortedDictionary<(string Type, int Number), JsonObject> _rows = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Changes_OneAfterAnother_ServeWhatTheWholeWouldServe()
    {
        await using var changed = await StartAsync("changed");
        await using var whole = await StartAsync("whole");
        for (var i = 0; i < Things; i++)
        {
            _rows[("services", i)] = Service(i);
            _rows[("upstreams", i)] = Upstream(i);
            _rows[("targets", i)] = Target(i);
            _rows[("routes", i)] = Route(i);
            Put("plugins", i, isGone: false, Plugin);
        }

        await ApplyAsync(changed, DeltaDocuments.Full(Document(), 1));
        for (var round = 2; round < 42; round++)
        {
            var before = _rows.ToDictionary();
            for (var n = _random.Next(1, 4); n > 0; n--)
            {
                Mutate();
            }

            var set = _rows.Where(r => !before.TryGetValue(r.Key, out var old) || old != r.Value).Select(r => (r.Key.Type, r.Value));
            var gone = before.Keys.Where(k => !_rows.ContainsKey(k)).Select(k => (k.Type, Documents.Id(KindOf(k.Type), k.Number)));
            await ApplyAsync(changed, DeltaDocuments.Mixed(round, set, gone));
            (await whole.Services.GetRequiredService<ConfigApplier>().ApplyAsync(Documents.Message(Document()), default)).ShouldNotBeOfType<ApplyOutcome.Rejected>();
            (await ServedAsync(changed)).ShouldBe(await ServedAsync(whole), $"round {round}");
        }
    }

    private void Mutate()
    {
        var (number, isGone) = (_random.Next(Things), _random.Next(4) is 0);
        switch (_random.Next(6))
        {
            case 0:
                Put("plugins", number, isGone, Plugin);
                break;
            case 1:
                Put("routes", number, isGone, Route);
                break;
            case 2:
                Put("targets", number, isGone, Target);
                break;
            case 3:
                Put("upstreams", number, isGone, Upstream);
                break;
            default:
                Put("services", number, isGone, Service);
                break;
        }

        // What refers to what is gone goes too, as it does in the database.
        foreach (var (key, row) in _rows.ToArray())
        {
            if (Dangles(row, "service", "services") || Dangles(row, "route", "routes") || Dangles(row, "upstream", "upstreams"))
            {
                _rows.Remove(key);
            }
        }

        foreach (var (key, row) in _rows.ToArray())
        {
            if (Dangles(row, "route", "routes"))
            {
                _rows.Remove(key);
            }
        }
    }

    private void Put(string type, int number, bool isGone, Func<int, JsonObject?> make)
    {
        if (isGone || make(number) is not { } row)
        {
            _rows.Remove((type, number));
        }
        else
        {
            _rows[(type, number)] = row;
        }
    }

    private bool Dangles(JsonObject row, string field, string type) => row[field] is JsonValue value && value.TryGetValue<string>(out var id)
        && !_rows.Any(r => r.Key.Type == type && (string)r.Value["id"]! == id);

    private JsonObject Document()
    {
        var document = Documents.Empty();
        foreach (var group in _rows.GroupBy(r => r.Key.Type))
        {
            document[group.Key] = new JsonArray([.. group.Select(r => r.Value.DeepClone())]);
        }

        return document;
    }

    private JsonObject Service(int n) => Documents.Row(1, n, new JsonObject
    {
        // An upstream that may be there or not, or an address where nothing listens: told apart by the status.
        ["name"] = $"s{n}", ["host"] = _random.Next(2) is 0 ? $"u{_random.Next(Things)}.test" : "127.0.0.1", ["port"] = 1, ["protocol"] = "http", ["retries"] = 0,
        ["enabled"] = _random.Next(5) is not 0, ["connect_timeout"] = 1000,
    });

    private JsonObject Upstream(int n) => Documents.Row(5, n, new JsonObject { ["name"] = $"u{n}.test" });

    private JsonObject Target(int n) => Documents.Row(6, n, new JsonObject { ["target"] = $"127.0.0.1:{n + 1}", ["weight"] = _random.Next(2) * 100, ["upstream"] = Existing("upstreams", 5) });

    private JsonObject Route(int n) => Documents.Row(2, n, new JsonObject
    {
        ["name"] = $"r{n}", ["paths"] = new JsonArray($"/p{_random.Next(Things)}"), ["service"] = _random.Next(4) is 0 ? null : Existing("services", 1), ["regex_priority"] = n,
    });

    private JsonObject? Plugin(int n)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            // Two may be for all routes, the others are bound to something.
            var (route, service) = _random.Next(n < 2 ? 4 : 3) switch { 0 => (true, false), 1 => (false, true), 2 => (true, true), _ => (false, false) };
            var plugin = Documents.Row(7, n, new JsonObject
            {
                ["name"] = n % 2 is 0 ? "request-termination" : "cors",
                ["config"] = n % 2 is 0 ? new JsonObject { ["status_code"] = 430 + _random.Next(60) } : new JsonObject { ["origins"] = new JsonArray($"http://o{_random.Next(60)}.test") },
                ["enabled"] = _random.Next(5) is not 0,
                ["route"] = route ? Existing("routes", 2) : null,
                ["service"] = service ? Existing("services", 1) : null,
                ["instance_name"] = $"i{n}",
            });
            if (!_rows.Any(r => r.Key.Type is "plugins" && r.Key.Number != n && r.Key.Number % 2 == n % 2
                && (string?)r.Value["route"] == (string?)plugin["route"] && (string?)r.Value["service"] == (string?)plugin["service"]))
            {
                return plugin;
            }
        }

        return null;
    }

    private string? Existing(string type, int kind)
    {
        var there = _rows.Keys.Where(k => k.Type == type).ToArray();
        return there.Length is 0 ? null : Documents.Id(kind, there[_random.Next(there.Length)].Number).ToString();
    }

    private static int KindOf(string type) => type switch { "services" => 1, "routes" => 2, "upstreams" => 5, "targets" => 6, _ => 7 };

    private static async Task ApplyAsync(WebApplication plane, Gateway.Sync.Rpc.SyncDeltas deltas)
    {
        var outcome = await plane.Services.GetRequiredService<ConfigApplier>().ApplyAsync(deltas, default);
        outcome.ShouldBe(ApplyOutcome.Applied.Instance, (outcome as ApplyOutcome.Rejected)?.ToString());
    }

    private static async Task<string> ServedAsync(WebApplication plane)
    {
        using var client = new HttpClient { BaseAddress = new Uri(plane.Urls.First()) };
        var served = new List<string>();
        for (var i = 0; i < Things; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/p{i}") { Headers = { { "Origin", "http://x.test" }, { "Kong-Debug", "1" } } };
            using var answer = await client.SendAsync(request);
            var headers = answer.Headers.Where(h => h.Key.StartsWith("Kong-", StringComparison.Ordinal) || h.Key is "Access-Control-Allow-Origin").Select(h => $"{h.Key}={string.Join(',', h.Value)}");
            served.Add($"/p{i} {(int)answer.StatusCode} {string.Join(' ', headers.Order(StringComparer.Ordinal))}");
        }

        return string.Join('\n', served);
    }

    private async Task<WebApplication> StartAsync(string name)
    {
        var plane = DataPlaneHost.Create(new DataPlaneOptions
        {
            ProxyListeners = [new Listener(IPAddress.Loopback, 0)],
            ConfigFolder = _folder.Of($"{name}.lmdb"),
            AllowDebugHeader = true,
        });
        await plane.StartAsync();
        return plane;
    }
}
