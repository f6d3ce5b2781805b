using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Sync.Telemetry;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed partial class NodeEndpointsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly string[] _methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    [SharedFact]
    public async Task Paths_OfTheOriginal_AnswerTheirMethodsAndNoOthers()
    {
        // Marks exist where balancers run in the process.
        await using var plane = await RunningControlPlane.StartAsync(postgres, new LocalUpstreams(_ => default, _ => ValueTask.FromResult<string?>(null)));
        var listed = ((JsonArray)(await plane.GetAsync("/endpoints"))["data"]!).Select(p => (string)p!).ToHashSet();
        var problems = new List<string>();
        foreach (var row in File.ReadLines(SharedFolder.PathOf("kong", "endpoints.tsv")!).Skip(1).Select(l => l.Split('\t')))
        {
            var (path, expected) = (Placeholder().Replace(row[0], "x"), row[1]);
            if (!listed.Contains(row[0]))
            {
                problems.Add($"{row[0]} is not in /endpoints");
            }

            var options = await SendAsync(plane, "OPTIONS", path);
            if (Status().Match(expected) is { Success: true } refused)
            {
                Expect(((int)options.Status).ToString(System.Globalization.CultureInfo.InvariantCulture) == refused.Groups[1].Value, $"OPTIONS {path}: {options.Status}");
                continue;
            }

            Expect(options.Allow == expected, $"OPTIONS {path}: {options.Allow}");
            foreach (var method in _methods)
            {
                var (status, _, body) = await SendAsync(plane, method, path);
                var isThere = expected.Split(", ").Contains(method);
                // The parent behind a foreign key lists DELETE and refuses it.
                Expect(isThere ? status is not HttpStatusCode.MethodNotAllowed || method is "DELETE" : status is HttpStatusCode.MethodNotAllowed, $"{method} {path}: {status} {body}");
                Expect(status < HttpStatusCode.InternalServerError || status is HttpStatusCode.NotImplemented, $"{method} {path}: {status} {body}");
            }
        }

        problems.ShouldBeEmpty();

        void Expect(bool holds, string otherwise)
        {
            if (!holds)
            {
                problems.Add(otherwise);
            }
        }
    }

    [Fact]
    public async Task Endpoints_Listed_AreThoseThatAnswer()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        var listed = ((JsonArray)(await plane.GetAsync("/endpoints"))["data"]!).Select(p => (string)p!).ToList();

        listed.ShouldBeUnique();
        listed.ShouldContain("/clustering/data-planes/live");
        foreach (var path in listed)
        {
            using var request = new HttpRequestMessage(new HttpMethod("PURGE"), Placeholder().Replace(path, Guid.Empty.ToString()));
            using var answer = await plane.Client.SendAsync(request);
            (answer.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.BadRequest || path.StartsWith("/targets", StringComparison.Ordinal) || path.StartsWith("/snis/{snis}/", StringComparison.Ordinal))
                .ShouldBeTrue($"{path}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task LogLevel_ChangedForATime_IsTheFormerOneAfterwards()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);

        (await PutAsync(plane, "/debug/node/log-level/notice")).ShouldBe((HttpStatusCode.OK, "log level is already notice"));
        (await PutAsync(plane, "/debug/node/log-level/bogus")).ShouldBe((HttpStatusCode.BadRequest, "unknown log level: bogus"));
        (await PutAsync(plane, "/debug/node/log-level/debug?timeout=-1")).ShouldBe((HttpStatusCode.BadRequest, "timeout must be greater than or equal to 0"));
        (await PutAsync(plane, "/debug/node/log-level/debug?timeout=x")).ShouldBe((HttpStatusCode.BadRequest, "timeout must be a number"));
        (await PutAsync(plane, "/debug/node/log-level/debug")).ShouldBe((HttpStatusCode.OK, "log level changed"));
        ((string?)(await plane.GetAsync("/"))["configuration"]!["log_level"]).ShouldBe("debug");
        (await PutAsync(plane, "/debug/node/log-level/error?timeout=0.05")).ShouldBe((HttpStatusCode.OK, "log level changed"));
        await Wait.UntilAsync(async () => await LevelAsync(plane) is "log level: notice", "the level goes back");
    }

    [Fact]
    public async Task LogLevel_ChangedForTheCluster_ReachesTheOtherNodes()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        await using var one = await RunningControlPlane.StartAsync(database);
        await using var other = await RunningControlPlane.StartAsync(database);

        // A node that has just started may not listen yet, and misses what is said at that moment.
        await Wait.UntilAsync(
            async () =>
            {
                await PutAsync(one, "/debug/cluster/log-level/warn");
                await PutAsync(one, "/debug/cluster/log-level/crit");
                return await LevelAsync(other) is "log level: crit";
            },
            "the other node takes the level");
        (await LevelAsync(one)).ShouldBe("log level: crit");
    }

    [Fact]
    public async Task Timers_Listed_NameWhatRuns()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        var timers = (await plane.GetAsync("/timers"))["stats"]!["timers"]!;

        ((bool)timers["housekeeping"]!["is_running"]!).ShouldBeTrue();
        ((bool)timers["change-signal"]!["is_running"]!).ShouldBeTrue();
        await Wait.UntilAsync(async () => (long)(await plane.GetAsync("/timers"))["stats"]!["timers"]!["change-feed"]!["stats"]!["finish"]! > 0, "a round of the change feed ended");
        var times = (await plane.GetAsync("/timers"))["stats"]!["timers"]!["change-feed"]!["stats"]!["elapsed_time"]!;
        ((double)times["max"]!).ShouldBeGreaterThanOrEqualTo((double)times["avg"]!);
        ((double)times["min"]!).ShouldBeInRange(0, (double)times["avg"]!);
    }

    [Fact]
    public async Task Status_AskedTwice_CountsConnectionsAndRequests()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        var first = (await plane.GetAsync("/status"))["server"]!;
        using (var client = new HttpClient { BaseAddress = plane.Client.BaseAddress })
        {
            (await client.GetAsync("/status?unit=k&scale=1")).EnsureSuccessStatusCode();
        }

        var status = await plane.GetAsync("/status?unit=k&scale=1");
        ((long)status["server"]!["total_requests"]!).ShouldBeGreaterThanOrEqualTo((long)first["total_requests"]! + 2);
        ((long)status["server"]!["connections_accepted"]!).ShouldBeGreaterThan((long)first["connections_accepted"]!);
        ((bool)status["database"]!["reachable"]!).ShouldBeTrue();
        ((string)status["memory"]!["workers_lua_vms"]![0]!["http_allocated_gc"]!).ShouldMatch(@"^\d+\.\d KiB$");
        (await plane.SendAsync(HttpMethod.Get, "/status?unit=x")).ShouldBe((HttpStatusCode.BadRequest, Message("invalid unit 'x' (expected 'k/K', 'm/M', or 'g/G')")), Comparer);
    }

    private static readonly IEqualityComparer<(HttpStatusCode, JsonObject)> Comparer =
        EqualityComparer<(HttpStatusCode, JsonObject)>.Create((a, b) => a.Item1 == b.Item1 && JsonNode.DeepEquals(a.Item2, b.Item2));

    private static JsonObject Message(string text) => new() { ["message"] = text };

    private static async Task<(HttpStatusCode Status, string? Message)> PutAsync(RunningControlPlane plane, string path)
    {
        var (status, body) = await plane.SendAsync(HttpMethod.Put, path);
        return (status, (string?)body["message"]);
    }

    private static async Task<string?> LevelAsync(RunningControlPlane plane) => (string?)(await plane.GetAsync("/debug/node/log-level"))["message"];

    private static async Task<(HttpStatusCode Status, string Allow, string Body)> SendAsync(RunningControlPlane plane, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await plane.Client.SendAsync(request);
        return (answer.StatusCode, string.Join(", ", answer.Content.Headers.Allow), await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"Error (\d+)")]
    private static partial Regex Status();
}
