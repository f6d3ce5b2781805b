using Gateway.PluginSdk;
using Gateway.PluginSdk.Counters;
using Gateway.Schema;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Counts in the database, for the plugins of a node that has one: a row for each window, which goes when the window does. Connections of its own keep proxied requests from taking those of the Admin API.</summary>
internal sealed partial class DatabaseCounters : ISharedCounters, IDisposable
{
    /// <summary>The table's name, as Kong's users know it.</summary>
    public const string Table = "ratelimiting_metrics";

    private const int Connections = 16;
    private const int ExpiredAtOnce = 10_000;

    // A count need not survive the machine's end, so nobody waits for the disk; it does survive the end of the server's process.
    private const string Unhurried = "(SELECT set_config('synchronous_commit', 'off', true)) AS unhurried";

    private const string Windows = "unnest($4::text[], $5::timestamptz[]) WITH ORDINALITY AS w (period, period_date, place)";

    private const string Same = "m.identifier = $1 AND m.service_id = $2 AND m.route_id = $3 AND m.period = w.period AND m.period_date = w.period_date";

    private const string Looking = $"SELECT coalesce(m.value, 0) FROM {Windows} LEFT JOIN {Table} m ON {Same} ORDER BY w.place";

    private const string Adding = $"""
        INSERT INTO {Table} AS m (identifier, service_id, route_id, period, period_date, ttl, value)
        SELECT $1, $2, $3, period, period_date, ttl, $7
        FROM unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) WITH ORDINALITY AS w (period, period_date, ttl, place), {Unhurried} ORDER BY place
        ON CONFLICT (identifier, period, period_date, service_id, route_id) DO UPDATE SET value = m.value + EXCLUDED.value
        RETURNING value
        """;

    // What is exhausted is only read. Of several that see the last one left all count, and each learns which it was: no more than the limits pass.
    private const string TryTaking = $"""
        WITH asked AS (
          SELECT * FROM unnest($4::text[], $5::timestamptz[], $6::timestamptz[], $7::float8[]) WITH ORDINALITY AS w (period, period_date, ttl, most, place)
        ), counted AS (
          SELECT w.*, coalesce(m.value, 0) AS value FROM asked w LEFT JOIN {Table} m ON {Same}
        ), taken AS (
          INSERT INTO {Table} AS m (identifier, service_id, route_id, period, period_date, ttl, value)
          SELECT $1, $2, $3, period, period_date, ttl, 1 FROM asked, {Unhurried} WHERE NOT EXISTS (SELECT FROM counted WHERE value >= most) ORDER BY place
          ON CONFLICT (identifier, period, period_date, service_id, route_id) DO UPDATE SET value = m.value + 1
          RETURNING period, value
        )
        SELECT coalesce(taken.value - 1, counted.value) FROM counted LEFT JOIN taken USING (period) ORDER BY place
        """;

    private static readonly string[] _periods = [.. Enum.GetNames<Period>().Select(Wire.Name)];
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);
    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Outage _outage;

    public DatabaseCounters(string connectionString, TimeProvider time, ILogger<DatabaseCounters> logger)
    {
        _source = Database.Source(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = Connections }.ConnectionString);
        (_time, _logger) = (time, logger);
        _outage = new Outage(AskAsync, Note, time);
    }

    /// <inheritdoc/>
    public async ValueTask<Counted> TryTakeAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now)
    {
        var reply = await RunAsync(TryTaking, key, limits, now, new() { Value = Ends(limits, now) }, new() { Value = limits.Select(l => l.Limit).ToArray() });
        return reply.Counts is { } counts ? Counted.Taking(limits, counts) : Counted.Failed(reply.Failure!);
    }

    /// <inheritdoc/>
    public async ValueTask<Counted> LookAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now)
    {
        var reply = await RunAsync(Looking, key, limits, now);
        return reply.Counts is { } counts ? Counted.Looking(limits, counts) : Counted.Failed(reply.Failure!);
    }

    /// <inheritdoc/>
    public async ValueTask<Counted> TakeAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now, long amount)
    {
        var reply = await RunAsync(Adding, key, limits, now, new() { Value = Ends(limits, now) }, new() { Value = amount });
        return reply.Counts is { } counts ? Counted.Looking(limits, counts) : Counted.Failed(reply.Failure!);
    }

    /// <summary>Deletes the counters whose windows are over.</summary>
    /// <param name="source">The database.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task ExpireAsync(NpgsqlDataSource source, DateTimeOffset now, CancellationToken cancellation)
    {
        int deleted;
        do
        {
            await using var command = source.CreateCommand($"DELETE FROM {Table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {Table} WHERE ttl < $1 LIMIT {ExpiredAtOnce} FOR UPDATE SKIP LOCKED))");
            command.Parameters.Add(new() { Value = now.UtcDateTime });
            deleted = await command.ExecuteNonQueryAsync(cancellation);
        }
        while (deleted is ExpiredAtOnce);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _outage.Dispose();
        _source.Dispose();
    }

    private static DateTime[] Ends(WindowLimit[] limits, DateTimeOffset now) =>
        [.. limits.Select(l => DateTimeOffset.FromUnixTimeSeconds(l.Period.Start(now) + l.Period.LongestSeconds()).UtcDateTime)];

    private async ValueTask<(long[]? Counts, string? Failure)> RunAsync(string statement, CounterKey key, WindowLimit[] limits, DateTimeOffset now, params NpgsqlParameter[] more)
    {
        if (_outage.Reason is { } known)
        {
            return (null, known);
        }

        NpgsqlParameter[] parameters =
        [
            new() { Value = key.Who },
            new() { Value = key.Service },
            new() { Value = key.Route },
            new() { Value = limits.Select(l => key.Name is null ? _periods[(int)l.Period] : $"{key.Name}_{_periods[(int)l.Period]}").ToArray() },
            new() { Value = limits.Select(l => DateTimeOffset.FromUnixTimeSeconds(l.Period.Start(now)).UtcDateTime).ToArray() },
            .. more,
        ];
        try
        {
            return (await ReadAsync(statement, parameters, limits.Length).WaitAsync(_patience, _time), null);
        }
        catch (PostgresException refusal) when (Failure.Of(refusal) is null)
        {
            Log.Refused(_logger, refusal);
            return (null, refusal.MessageText);
        }
        catch (Exception failure) when (Failure.Of(failure) is not null)
        {
            var reason = failure.GetBaseException().Message;
            _outage.Begin(reason);
            return (null, reason);
        }
    }

    // Not prepared: a plan that was made for an empty table would stay while it grows.
    private async Task<long[]> ReadAsync(string statement, NpgsqlParameter[] parameters, int length)
    {
        await using var command = _source.CreateCommand(statement);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var counts = new long[length];
        for (var i = 0; i < length && await reader.ReadAsync(); i++)
        {
            counts[i] = reader.GetInt64(0);
        }

        return counts;
    }

    private async Task<string?> AskAsync()
    {
        try
        {
            await using var command = _source.CreateCommand($"SELECT FROM {Table} LIMIT 0");
            await command.ExecuteNonQueryAsync().WaitAsync(_patience, _time);
            return null;
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            return failure.GetBaseException().Message;
        }
    }

    private void Note(string? reason)
    {
        if (reason is null)
        {
            Log.IsBack(_logger);
        }
        else
        {
            Log.IsDown(_logger, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The database cannot be used for counting: {Reason}; it is asked again until it answers")]
        public static partial void IsDown(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "The database counts again")]
        public static partial void IsBack(ILogger logger);

        [LoggerMessage(LogLevel.Error, "The database refuses to count")]
        public static partial void Refused(ILogger logger, Exception exception);
    }
}
