using Npgsql;
using NpgsqlTypes;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>How long a step of time is, in seconds.</summary>
internal static class Step
{
    public const int Minute = 60;

    public const int Hour = 3600;
}

/// <summary>Reads and writes the table <c>vitals</c>: minutes as every control plane node counted them, and hours that one of them added up.</summary>
/// <remarks>
/// Each process writes rows of its own (<c>origin</c>), so that several nodes on one database neither wait for each other nor count twice
/// when a write is repeated; who reads adds them up.
/// </remarks>
/// <param name="database">The database; a node without one has no rows.</param>
internal sealed class VitalsRows(NpgsqlDataSource? database = null)
{
    private const int TimeoutSeconds = 30;

    private const string Upsert = """
        INSERT INTO vitals (kind, id, step, at, origin, r1xx, r2xx, r3xx, r4xx, r5xx, connections, memory_bytes, latency)
        SELECT kind, id, $1, to_timestamp($2), $3, r1xx, r2xx, r3xx, r4xx, r5xx, connections, memory_bytes, latency
        FROM unnest($4::smallint[], $5::uuid[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bytea[])
          AS t (kind, id, r1xx, r2xx, r3xx, r4xx, r5xx, connections, memory_bytes, latency)
        ON CONFLICT (kind, id, step, at, origin) DO UPDATE SET
          r1xx = EXCLUDED.r1xx, r2xx = EXCLUDED.r2xx, r3xx = EXCLUDED.r3xx, r4xx = EXCLUDED.r4xx, r5xx = EXCLUDED.r5xx,
          connections = EXCLUDED.connections, memory_bytes = EXCLUDED.memory_bytes, latency = EXCLUDED.latency
        """;

    private const string Columns = "kind, id, extract(epoch FROM at)::bigint, r1xx, r2xx, r3xx, r4xx, r5xx, connections, memory_bytes, latency";

    /// <summary>Stores steps; those that this origin stored before are replaced.</summary>
    /// <param name="step">The length of the steps.</param>
    /// <param name="at">Their end, in Unix seconds.</param>
    /// <param name="origin">Who counted.</param>
    /// <param name="tallies">What was counted.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WriteAsync(int step, long at, Guid origin, IReadOnlyCollection<KeyValuePair<Series, Tally>> tallies, CancellationToken cancellation)
    {
        await using var command = database!.CreateCommand(Upsert);
        command.CommandTimeout = TimeoutSeconds;
        var parameters = command.Parameters;
        parameters.Add(new() { Value = step });
        parameters.Add(new() { Value = (double)at });
        parameters.Add(new() { Value = origin });
        parameters.Add(new() { Value = tallies.Select(t => (short)t.Key.Kind).ToArray() });
        parameters.Add(new() { Value = tallies.Select(t => t.Key.Id).ToArray() });
        for (var i = 0; i < 5; i++)
        {
            parameters.Add(new() { Value = tallies.Select(t => t.Value.Classes[i]).ToArray() });
        }

        parameters.Add(new() { Value = tallies.Select(t => t.Value.Connections).ToArray() });
        parameters.Add(new() { Value = tallies.Select(t => t.Value.MemoryBytes).ToArray() });
        parameters.Add(new() { Value = tallies.Select(t => LatencyBlob.Write(t.Value.Latency)).ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The steps of one series that ended after one moment and not after another, by their end; what several nodes counted is added up.</summary>
    public async Task<SortedDictionary<long, Tally>> ReadAsync(Series series, int step, long start, long end, CancellationToken cancellation)
    {
        var steps = new SortedDictionary<long, Tally>();
        var sql = $"SELECT {Columns} FROM vitals WHERE kind = $1 AND id = $2 AND step = $3 AND at > to_timestamp($4) AND at <= to_timestamp($5)";
        await foreach (var (_, at, tally) in QueryAsync(sql, cancellation, (short)series.Kind, series.Id, step, (double)start, (double)end))
        {
            if (!steps.TryAdd(at, tally))
            {
                AddSameStep(steps[at], tally, series.Kind);
            }
        }

        return steps;
    }

    /// <summary>The sums of a kind over the steps that ended after one moment and not after another, the busiest first.</summary>
    public async Task<IReadOnlyList<(Series Series, Tally Sum)>> TopAsync(SeriesKind kind, int step, long start, long end, int size, CancellationToken cancellation)
    {
        const string Range = "kind = $1 AND step = $2 AND at > to_timestamp($3) AND at <= to_timestamp($4)";
        var sql = $"""
            SELECT {Columns} FROM vitals WHERE {Range} AND id IN (
              SELECT id FROM vitals WHERE {Range} GROUP BY id ORDER BY sum(r1xx + r2xx + r3xx + r4xx + r5xx) DESC, id LIMIT $5)
            """;
        var sums = new Dictionary<Series, Tally>();
        await foreach (var (series, _, tally) in QueryAsync(sql, cancellation, (short)kind, step, (double)start, (double)end, size))
        {
            if (!sums.TryAdd(series, tally))
            {
                sums[series].Add(tally);
            }
        }

        return [.. sums.Select(s => (s.Key, s.Value)).OrderByDescending(s => s.Value.Requests).ThenBy(s => s.Key.Id)];
    }

    /// <summary>The end of the newest hour that was added up, in Unix seconds; 0 when there is none.</summary>
    public async Task<long> NewestHourAsync(CancellationToken cancellation)
    {
        if (database is null)
        {
            return 0;
        }

        await using var command = database.CreateCommand("SELECT extract(epoch FROM max(at))::bigint FROM vitals WHERE step = 3600");
        command.CommandTimeout = TimeoutSeconds;
        return await command.ExecuteScalarAsync(cancellation) is long newest ? newest : 0;
    }

    /// <summary>Adds the minutes of an hour up and stores the hour.</summary>
    /// <param name="end">The end of the hour, in Unix seconds.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task AddUpAsync(long end, CancellationToken cancellation)
    {
        var sql = $"SELECT {Columns} FROM vitals WHERE step = 60 AND at > to_timestamp($1) AND at <= to_timestamp($2) ORDER BY kind, id, at";
        var hour = new Dictionary<Series, Tally>();
        (Series Series, long At, Tally Tally)? minute = null;
        await foreach (var row in QueryAsync(sql, cancellation, (double)(end - Step.Hour), (double)end))
        {
            if (minute is { } open && open.Series == row.Series && open.At == row.At)
            {
                AddSameStep(open.Tally, row.Tally, row.Series.Kind);
                continue;
            }

            Take(minute);
            minute = row;
        }

        Take(minute);
        if (hour.Count > 0)
        {
            // No origin: whoever adds the hour up writes the same rows.
            await WriteAsync(Step.Hour, end, Guid.Empty, hour, cancellation);
        }

        void Take((Series Series, long At, Tally Tally)? done)
        {
            if (done is var (series, _, tally) && !hour.TryAdd(series, tally))
            {
                hour[series].Add(tally);
            }
        }
    }

    /// <summary>Forgets the steps of a length that ended before a moment, some thousand at a time.</summary>
    public async Task PruneAsync(int step, long before, CancellationToken cancellation)
    {
        const int Batch = 20_000;
        int gone;
        do
        {
            await using var command = database!.CreateCommand(
                "DELETE FROM vitals WHERE ctid = ANY (ARRAY(SELECT ctid FROM vitals WHERE step = $1 AND at <= to_timestamp($2) LIMIT $3))");
            command.CommandTimeout = TimeoutSeconds;
            command.Parameters.Add(new() { Value = step });
            command.Parameters.Add(new() { Value = (double)before });
            command.Parameters.Add(new() { Value = Batch });
            gone = await command.ExecuteNonQueryAsync(cancellation);
        }
        while (gone is Batch);
    }

    // The same step as two control plane nodes saw it: a plane that moved from one to the other is one plane, but the cluster is the sum of both.
    private static void AddSameStep(Tally tally, Tally other, SeriesKind kind)
    {
        var (connections, memory) = (tally.Connections + other.Connections, tally.MemoryBytes + other.MemoryBytes);
        tally.Add(other);
        if (kind is SeriesKind.Cluster)
        {
            (tally.Connections, tally.MemoryBytes) = (connections, memory);
        }
    }

    private async IAsyncEnumerable<(Series Series, long At, Tally Tally)> QueryAsync(
        string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation, params object[] values)
    {
        if (database is null)
        {
            yield break;
        }

        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = TimeoutSeconds;
        foreach (var value in values)
        {
            command.Parameters.Add(value is short kind ? new() { Value = kind, NpgsqlDbType = NpgsqlDbType.Smallint } : new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var tally = new Tally { Connections = reader.GetInt64(8), MemoryBytes = reader.GetInt64(9) };
            tally.AddClasses([reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7)]);
            tally.AddLatency(LatencyBlob.Read(reader.GetFieldValue<byte[]>(10)));
            yield return (new Series((SeriesKind)reader.GetInt16(0), reader.GetGuid(1)), reader.GetInt64(2), tally);
        }
    }
}
