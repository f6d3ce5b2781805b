using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Gateway.EndToEnd;

/// <summary>The configuration changes all the time under traffic: nobody notices, and nobody sees time run backwards.</summary>
public sealed class ChangesUnderLoadTests(ITestOutputHelper output)
{
    private const int Clients = 16;

    // 10,000 changes at 2,000 requests a second by hand: GATEWAY_CHANGES=10000 GATEWAY_RATE=2000 ./test EndToEnd --filter FullyQualifiedName~ChangesUnderLoad
    private static readonly int _changes = FromEnvironment("GATEWAY_CHANGES", 200);
    private static readonly int _rate = FromEnvironment("GATEWAY_RATE", 400);

    [Fact]
    public async Task Changes_UnderLoad_FailNoRequest_AndNoAnswerIsOfAnOlderConfigurationThanOneBeforeIt()
    {
        await using var platform = await Platform.StartAsync();
        await platform.PostAsync("/services", 201, ("name", "mock"), ("url", platform.EchoUrl));
        await platform.PostAsync("/services/mock/routes", 201, ("name", "r"), ("paths", "/mock"));
        var plugin = await platform.PostAsync("/routes/r/plugins", 201, ("name", "response-transformer"), ("config.add.headers", "x-change:0"));
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients });
        await Wait.UntilAsync(async () => (await AskAsync(http, platform)).Change is 0, "the first configuration is served");

        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => DriveAsync(http, platform, stop.Token))).ToArray();
        var clock = Stopwatch.StartNew();
        for (var change = 1; change <= _changes; change++)
        {
            using var response = await platform.Http.PatchAsJsonAsync(
                new Uri($"{platform.Admin}/plugins/{plugin["id"]}"),
                new JsonObject { ["config"] = new JsonObject { ["add"] = new JsonObject { ["headers"] = new JsonArray($"x-change:{change}") } } });
            ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        }

        var writing = clock.Elapsed;
        await Wait.UntilAsync(async () => (await AskAsync(http, platform)).Change == _changes, "the last change is served");
        await stop.CancelAsync();
        Answer[] answers = [.. (await Task.WhenAll(clients)).SelectMany(a => a)];
        output.WriteLine($"{_changes} changes in {writing.TotalSeconds:0.0} s, {answers.Length} requests, {answers.Length / clock.Elapsed.TotalSeconds:0}/s, "
            + $"{answers.Select(a => a.Change).Distinct().Count()} states seen");

        answers.Where(a => a.Failure is not null).Select(a => a.Failure).ShouldBeEmpty();
        answers.Length.ShouldBeGreaterThan(_changes / 10);
        StepsBack(answers).ShouldBeEmpty();
    }

    /// <summary>The answers that show an older state than one that was complete before they were asked for.</summary>
    private static List<string> StepsBack(Answer[] answers)
    {
        var back = new List<string>();
        Answer[] byEnd = [.. answers.OrderBy(a => a.Ended)];
        var (newest, ended) = (-1, 0);
        foreach (var answer in answers.OrderBy(a => a.Begun))
        {
            for (; byEnd[ended].Ended < answer.Begun; ended++)
            {
                newest = Math.Max(newest, byEnd[ended].Change);
            }

            if (answer.Change < newest)
            {
                back.Add($"change {answer.Change} was answered after change {newest}");
            }
        }

        return back;
    }

    private static async Task<List<Answer>> DriveAsync(HttpClient http, Platform platform, CancellationToken stop)
    {
        var answers = new List<Answer>();
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds((double)Clients / _rate));
        while (!stop.IsCancellationRequested)
        {
            answers.Add(await AskAsync(http, platform));
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }

        return answers;
    }

    private static async Task<Answer> AskAsync(HttpClient http, Platform platform)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            using var response = await http.GetAsync(new Uri($"{platform.Proxy}/mock/anything"));
            var ended = Stopwatch.GetTimestamp();
            return response.IsSuccessStatusCode && response.Headers.TryGetValues("x-change", out var values)
                ? new Answer(begun, ended, int.Parse(values.Single(), CultureInfo.InvariantCulture), null)
                : new Answer(begun, ended, -1, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
        catch (HttpRequestException e)
        {
            return new Answer(begun, Stopwatch.GetTimestamp(), -1, e.Message);
        }
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private sealed record Answer(long Begun, long Ended, int Change, string? Failure);
}
