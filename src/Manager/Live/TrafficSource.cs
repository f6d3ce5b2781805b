using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;

namespace Gateway.Manager.Live;

/// <summary>The traffic of the cluster, or of one node, service, route or consumer, over a range.</summary>
/// <param name="admin">The Admin API.</param>
/// <param name="feed">The cluster's seconds, which all pages share.</param>
/// <param name="time">The clock.</param>
public sealed class TrafficSource(AdminClient admin, VitalsFeed feed, TimeProvider time)
{
    /// <summary>The steps now and after each change, oldest first; null while the Admin API cannot tell. It ends where the Admin API has no such history.</summary>
    /// <param name="series">The series, such as <c>services/5f0c...</c>; null for the cluster.</param>
    /// <param name="range">The range.</param>
    /// <param name="cancellation">Ends it.</param>
    public IAsyncEnumerable<IReadOnlyList<VitalsPoint>?> WatchAsync(string? series, TrafficRange range, CancellationToken cancellation) =>
        !range.IsLive ? LookAsync(series, range, cancellation) : series is null ? ShareAsync(cancellation) : StreamAsync(series, cancellation);

    private async IAsyncEnumerable<IReadOnlyList<VitalsPoint>?> ShareAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var subscription = feed.Subscribe();
        yield return subscription.Snapshot.Points;
        await foreach (var picture in subscription.Changes.WithCancellation(cancellation))
        {
            yield return picture.Points;
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<VitalsPoint>?> StreamAsync(string series, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<VitalsPoint> points = [];
        await foreach (var (name, data) in AdminStream.ReadAsync(admin, $"vitals/{series}/live", time, cancellation))
        {
            if (name is null)
            {
                yield return null;
                continue;
            }

            var now = time.GetUtcNow().ToUnixTimeSeconds();
            points = name is "snapshot" && data["points"] is JsonArray known
                ? Filled([.. known.OfType<JsonObject>().Select(VitalsPoint.From)], 1, now)
                : [.. points.Where(p => p.At > now - VitalsFeed.Window), VitalsPoint.From(data)];
            yield return points;
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<VitalsPoint>?> LookAsync(string? series, TrafficRange range, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var now = time.GetUtcNow().ToUnixTimeSeconds();
            var answer = await admin.GetAsync($"vitals/{series ?? "cluster"}?interval={range.Interval}&start={now - range.Window}", cancellation);
            if (answer.Status is 400 or 404 or 405)
            {
                yield break;
            }

            yield return answer.Entity?["data"] is JsonArray steps
                ? Filled([.. steps.OfType<JsonObject>().Select(VitalsPoint.From)], range.Step, series is null ? 0 : now)
                : null;
            // A new minute is there a little after it ended.
            await Task.Delay(TimeSpan.FromSeconds(60), time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Of one service, route or consumer the Admin API keeps the steps that had requests; between them there were none.
    private static IReadOnlyList<VitalsPoint> Filled(IReadOnlyList<VitalsPoint> points, int step, long until)
    {
        if (points.Count is 0 || until is 0)
        {
            return points;
        }

        var filled = new List<VitalsPoint>();
        foreach (var point in points)
        {
            for (var at = filled.Count > 0 ? filled[^1].At + step : point.At; at < point.At; at += step)
            {
                filled.Add(VitalsPoint.Quiet(at));
            }

            filled.Add(point);
        }

        for (var at = filled[^1].At + step; at <= until - step; at += step)
        {
            filled.Add(VitalsPoint.Quiet(at));
        }

        return filled;
    }
}
