using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.ControlPlane.Store;

/// <summary>The server that is only read from (<c>pg_ro_host</c>): whether it may be asked at the moment, and whether it has what this node wrote.</summary>
internal sealed partial class ReadReplica(string connectionString, TimeProvider time, ILogger<ReadReplica> logger) : IAsyncDisposable
{
    // One that was found down is left alone this long; until then the main server is asked at once.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private NpgsqlLogSequenceNumber _written;
    private NpgsqlLogSequenceNumber _replayed;
    private long _failedAt;
    private bool _isDown;

    /// <summary>Its connections.</summary>
    public NpgsqlDataSource Source { get; } = Database.Source(connectionString);

    /// <summary>Whether it may be asked: it answered when it was last asked, or that is a while ago.</summary>
    public bool MayAnswer
    {
        get
        {
            lock (_lock)
            {
                return !_isDown || time.GetElapsedTime(_failedAt) > _rest;
            }
        }
    }

    /// <summary>Remembers that something was written, up to a position that the main server tells.</summary>
    /// <param name="main">The main server.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WroteAsync(NpgsqlDataSource main, CancellationToken cancellation)
    {
        await using var command = main.CreateCommand("SELECT pg_current_wal_insert_lsn()");
        var position = (NpgsqlLogSequenceNumber)(await command.ExecuteScalarAsync(cancellation))!;
        lock (_lock)
        {
            _written = position > _written ? position : _written;
        }
    }

    /// <summary>Whether what is read there includes all that this node wrote; a server that is no streaming replica cannot tell, and is believed.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> HasWhatWasWrittenAsync(CancellationToken cancellation)
    {
        NpgsqlLogSequenceNumber written;
        lock (_lock)
        {
            if (_replayed >= _written)
            {
                return true;
            }

            written = _written;
        }

        await using var command = Source.CreateCommand("SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END");
        var replayed = await command.ExecuteScalarAsync(cancellation) as NpgsqlLogSequenceNumber? ?? written;
        lock (_lock)
        {
            _replayed = replayed > _replayed ? replayed : _replayed;
        }

        return replayed >= written;
    }

    /// <summary>Whether it is a copy of the main server, down to the numbers of transactions.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> IsStreamingAsync(CancellationToken cancellation)
    {
        await using var command = Source.CreateCommand("SELECT pg_is_in_recovery()");
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>It answered.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            if (!_isDown)
            {
                return;
            }

            _isDown = false;
        }

        Log.Recovered(logger);
    }

    /// <summary>It did not serve, and the main server does in its place.</summary>
    /// <param name="reason">Why.</param>
    public void Failed(string reason)
    {
        lock (_lock)
        {
            _failedAt = time.GetTimestamp();
            if (_isDown)
            {
                return;
            }

            _isDown = true;
        }

        Log.Failing(logger, new NpgsqlConnectionStringBuilder(connectionString) is var to ? $"{to.Host}:{to.Port.ToString(CultureInfo.InvariantCulture)}" : "", reason);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Source.DisposeAsync();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database that is only read from, at {Place} (pg_ro_host), cannot serve; the main one is read instead: {Reason}")]
        public static partial void Failing(ILogger logger, string place, string reason);

        [LoggerMessage(LogLevel.Information, "The database that is only read from serves again")]
        public static partial void Recovered(ILogger logger);
    }
}
