using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Xunit.Abstractions;

namespace Gateway.EndToEnd;

/// <summary>What the Admin API acknowledges is there, whole, whatever dies meanwhile: writers keep a ledger while the control plane and PostgreSQL are killed at random moments.</summary>
/// <remarks>With <c>GATEWAY_LEDGER_WRITES=10000</c> it runs as long as it takes for so many; <c>GATEWAY_LEDGER_SEED</c> repeats the choices of a run.</remarks>
public sealed class LedgerTests(ITestOutputHelper output)
{
    private const int Writers = 6;
    private readonly int _writes = Number("GATEWAY_LEDGER_WRITES", 300);
    private readonly int _seed = Number("GATEWAY_LEDGER_SEED", Random.Shared.Next());
    private readonly Lock _lock = new();
    private TaskCompletionSource _up = Done();
    private int _acknowledged;

    [Fact]
    public async Task Writes_ThatWereAcknowledged_SurviveEveryKill()
    {
        output.WriteLine($"GATEWAY_LEDGER_SEED={_seed}");
        var random = new Random(_seed);
        await using var platform = await Platform.StartAsync(planes: false, durable: true);
        await platform.StartControlPlaneAsync();

        using var done = new CancellationTokenSource();
        var ledgers = Enumerable.Range(0, Writers).Select(w => new Ledger($"w{w}", random.Next())).ToList();
        var writing = ledgers.Select(l => Task.Run(() => WriteAsync(platform, l, done.Token))).ToList();
        var (nodes, databases) = (0, 0);
        while (Volatile.Read(ref _acknowledged) < _writes || nodes is 0 || databases is 0)
        {
            var until = _acknowledged + random.Next(_writes / 8, _writes / 4);
            await Wait.UntilAsync(() => Volatile.Read(ref _acknowledged) >= until, $"{until} writes are acknowledged", TimeSpan.FromMinutes(5));
            var isDatabase = (nodes + databases) % 2 is 0;
            Down();
            await Task.WhenAll(isDatabase ? platform.Postgres.KillAsync() : Task.CompletedTask, isDatabase ? Task.CompletedTask : platform.ControlPlane.KillAsync());
            if (isDatabase)
            {
                databases++;
                await platform.Postgres.StartAsync();
                await platform.ControlPlane.WaitForAsync(platform.Http, $"{platform.Admin}/services?size=1");
            }
            else
            {
                nodes++;
                await platform.ControlPlane.DisposeAsync();
                await platform.StartControlPlaneAsync();
            }

            _up.SetResult();
        }

        await done.CancelAsync();
        await Task.WhenAll(writing);
        output.WriteLine($"{_acknowledged} acknowledged, {ledgers.Sum(l => l.Uncertain)} without an answer; {nodes} kills of the control plane, {databases} of PostgreSQL");

        var found = await ReadAsync(platform);
        ledgers.SelectMany(l => l.Differences(found)).ShouldBeEmpty($"GATEWAY_LEDGER_SEED={_seed}");
        await EveryRowIsLoggedAsync(platform);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private void Down()
    {
        lock (_lock)
        {
            _up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task WriteAsync(Platform platform, Ledger ledger, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            var write = ledger.Next();
            int? status = null;
            try
            {
                using var request = new HttpRequestMessage(write.Method, platform.Admin + write.Path) { Content = write.Body is { } body ? JsonContent.Create(body) : null };
                using var response = await platform.Http.SendAsync(request, CancellationToken.None);
                status = (int)response.StatusCode;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // Nobody knows whether it was written.
            }

            ledger.Note(write, status);
            if (status is >= 200 and < 300)
            {
                Interlocked.Increment(ref _acknowledged);
                continue;
            }

            Task up;
            lock (_lock)
            {
                up = _up.Task;
            }

            await up;
        }
    }

    /// <summary>Services by their names with what they say, and routes by theirs.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> ReadAsync(Platform platform)
    {
        var found = new Dictionary<string, string>();
        foreach (var kind in new[] { "services", "routes" })
        {
            for (var path = $"/{kind}?size=1000"; path is not null;)
            {
                var page = JsonNode.Parse(await platform.Http.GetStringAsync(new Uri(platform.Admin + path)))!;
                foreach (var row in page["data"]!.AsArray())
                {
                    found.Add(row!["name"]!.ToString(), row["host"]?.ToString() ?? "");
                }

                path = (string?)page["next"];
            }
        }

        return found;
    }

    /// <summary>A row without an entry in the log would never reach a data plane.</summary>
    private static async Task EveryRowIsLoggedAsync(Platform platform)
    {
        await using var source = NpgsqlDataSource.Create(platform.Database);
        foreach (var kind in new[] { "services", "routes" })
        {
            await using var command = source.CreateCommand($"SELECT count(*) FROM {kind} e WHERE NOT EXISTS (SELECT 1 FROM change_log c WHERE c.entity_id = e.id)");
            (await command.ExecuteScalarAsync()).ShouldBe(0L, kind);
        }
    }

    private sealed record Write(HttpMethod Method, string Path, JsonNode? Body, string Name, string? Host, bool IsPair);

    /// <summary>What one writer wrote, and what the gateway said to it.</summary>
    private sealed class Ledger(string writer, int seed)
    {
        private readonly Random _random = new(seed);

        // What each name may say now: one text where the last write was acknowledged, more where nobody answered. Null is: not there.
        private readonly Dictionary<string, HashSet<string?>> _may = [];
        private readonly HashSet<string> _pairs = [];
        private readonly List<string> _there = [];
        private readonly List<string> _refused = [];
        private int _count;

        public int Uncertain { get; private set; }

        public Write Next()
        {
            var host = $"h{++_count}.test";
            var known = _there.Count > 0 ? _there[_random.Next(_there.Count)] : null;
            switch (known is null ? 0 : _random.Next(6))
            {
                case 0 or 1:
                    var name = $"{writer}-{_count}";
                    return new Write(HttpMethod.Post, "/services", new JsonObject { ["name"] = name, ["host"] = host }, name, host, false);
                case 2 or 3:
                    return new Write(HttpMethod.Patch, $"/services/{known}", new JsonObject { ["host"] = host }, known!, host, false);
                case 4 when !_pairs.Contains(known!):
                    return new Write(HttpMethod.Delete, $"/services/{known}", null, known!, null, false);
                default:
                    var pair = $"{writer}-{_count}";
                    var operations = new JsonArray(
                        new JsonObject { ["method"] = "POST", ["path"] = "/services", ["body"] = new JsonObject { ["name"] = pair, ["host"] = host } },
                        new JsonObject { ["method"] = "POST", ["path"] = $"/services/{pair}/routes", ["body"] = new JsonObject { ["name"] = pair + "-r", ["paths"] = new JsonArray("/" + pair) } });
                    return new Write(HttpMethod.Post, "/batch", new JsonObject { ["operations"] = operations }, pair, host, true);
            }
        }

        public void Note(Write write, int? status)
        {
            if (write.IsPair)
            {
                _pairs.Add(write.Name);
            }

            if (status is >= 400 and < 500)
            {
                // A writer has its names to itself, so nothing that it asks for is wrong.
                _refused.Add($"{write.Method} {write.Path}: {status}");
                return;
            }

            if (status is >= 200 and < 300)
            {
                _may[write.Name] = [write.Host];
                if (write.Host is null)
                {
                    _there.Remove(write.Name);
                }
                else if (!_there.Contains(write.Name))
                {
                    _there.Add(write.Name);
                }

                return;
            }

            Uncertain++;
            if (!_may.TryGetValue(write.Name, out var may))
            {
                _may[write.Name] = may = [null];
            }

            may.Add(write.Host);

            // Whoever does not know whether it is there leaves it alone.
            _there.Remove(write.Name);
        }

        public IEnumerable<string> Differences(IReadOnlyDictionary<string, string> found)
        {
            foreach (var (name, may) in _may)
            {
                var says = found.GetValueOrDefault(name);
                if (!may.Contains(says))
                {
                    yield return $"{name} says {says ?? "nothing"}, acknowledged was {string.Join(" or ", may.Select(m => m ?? "nothing"))}";
                }

                if (_pairs.Contains(name) && found.ContainsKey(name) != found.ContainsKey(name + "-r"))
                {
                    yield return $"{name} is half written";
                }
            }

            foreach (var refused in _refused)
            {
                yield return refused;
            }
        }
    }
}
