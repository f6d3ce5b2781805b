using System.Data.Common;
using System.Net.Sockets;
using Gateway.ControlPlane.Store;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Answers what was: seconds from memory, minutes and hours from the database.</summary>
internal sealed class VitalsHistory(Vitals vitals, VitalsRows rows, TimeProvider time)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>The steps of a series, oldest first; a step in which nothing was counted may be missing.</summary>
    public Task<Outcome<IReadOnlyList<VitalsSample>>> ReadAsync(Series series, VitalsQuery query, CancellationToken cancellation) => TryAsync<IReadOnlyList<VitalsSample>>(async limit =>
    {
        if (query.Step is 1)
        {
            return vitals.Seconds(series, query.Start, query.End);
        }

        var steps = await rows.ReadAsync(series, query.Step, query.Start, query.End, limit);
        if (query.Step is Step.Hour)
        {
            // The running hour, and one that nobody has added up yet.
            var newest = await rows.NewestHourAsync(limit);
            foreach (var (at, minute) in await rows.ReadAsync(series, Step.Minute, Math.Max(newest, query.Start), query.End, limit))
            {
                var hour = (at + Step.Hour - 1) / Step.Hour * Step.Hour;
                if (!steps.TryAdd(hour, minute))
                {
                    steps[hour].Add(minute);
                }
            }
        }

        return [.. steps.Select(s => s.Value.ToSample(s.Key))];
    }, cancellation);

    /// <summary>The busiest series of a kind within a time, with their sums.</summary>
    public Task<Outcome<IReadOnlyList<(Series Series, VitalsSample Sum)>>> TopAsync(SeriesKind kind, VitalsQuery query, CancellationToken cancellation) =>
        TryAsync<IReadOnlyList<(Series, VitalsSample)>>(async limit => query.Step is 1
            ? [.. vitals.Known(kind).Select(s => (Series: s, Sum: Sum(vitals.Seconds(s, query.Start, query.End), query.End)))
                .Where(s => s.Sum.Requests > 0).OrderByDescending(s => s.Sum.Requests).ThenBy(s => s.Series.Id).Take(query.Size)]
            : [.. (await rows.TopAsync(kind, query.Step, query.Start, query.End, query.Size, limit)).Where(t => t.Sum.Requests > 0).Select(t => (t.Series, t.Sum.ToSample(query.End)))],
            cancellation);

    // Of seconds only percentiles are kept; the highest of them is what an operator looks for.
    private static VitalsSample Sum(IReadOnlyList<VitalsSample> seconds, long at) => seconds.Aggregate(new VitalsSample { At = at }, (sum, s) => sum with
    {
        Informational = sum.Informational + s.Informational,
        Successful = sum.Successful + s.Successful,
        Redirected = sum.Redirected + s.Redirected,
        ClientErrors = sum.ClientErrors + s.ClientErrors,
        ServerErrors = sum.ServerErrors + s.ServerErrors,
        P50 = Math.Max(sum.P50, s.P50),
        P95 = Math.Max(sum.P95, s.P95),
        P99 = Math.Max(sum.P99, s.P99),
        Connections = Math.Max(sum.Connections, s.Connections),
        MemoryBytes = Math.Max(sum.MemoryBytes, s.MemoryBytes),
    });

    private async Task<Outcome<T>> TryAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await read(both.Token).WaitAsync(both.Token);
        }
        catch (Exception e) when (e is DbException or SocketException or IOException or TimeoutException or InvalidOperationException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return StoreError.Unavailable;
        }
    }
}
