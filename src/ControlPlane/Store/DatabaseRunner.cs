using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Runs work whose writes are one transaction, within a deadline; what the database refuses or cannot do comes back as a value.</summary>
internal sealed partial class DatabaseRunner(NpgsqlDataSource source, EntityTables tables, ChangeNotifier notifier, TimeProvider time, ILogger<DatabaseRunner> logger)
    : StoreRunner(tables)
{
    // A client is told within two seconds that the database does not answer.
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(1.5);
    private const int Attempts = 3;

    private Guid? _workspace;
    private int _down;

    /// <inheritdoc/>
    public override bool IsDown => Volatile.Read(ref _down) is 1;

    /// <inheritdoc/>
    public override async Task<Outcome<T>> RunAsync<T>(Func<StoreSession, Task<Outcome<T>>> work, CancellationToken cancellation, TimeSpan? limit = null, string? workspace = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            void Advanced() => deadline.CancelAfter(limit ?? _deadline);
            Advanced();
            try
            {
                // The driver may wait for a server that hangs longer than it promises; the client does not.
                var outcome = await OnceAsync(work, workspace, attempt is Attempts, deadline.Token, Advanced).WaitAsync(deadline.Token);
                Recovered();
                return outcome;
            }
            catch (Exception e) when (attempt < Attempts && IsConflict(e))
            {
                // Two writers met; one of them was chosen to begin again.
                _workspace = null;
            }
            catch (Exception e) when (Failure.Said(e)?.SqlState is PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter)
            {
                return StoreError.SchemaOfEntity("a text holds the character NUL, which cannot be stored");
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                Failing("it did not answer in time");
                return StoreError.Unavailable;
            }
            catch (Exception e) when (Failure.Of(e) is { } failure)
            {
                Failing(failure.Message);
                return StoreError.Unavailable;
            }
        }
    }

    /// <summary>Does work in a transaction of its own, once; what goes wrong is thrown.</summary>
    internal async Task<Outcome<T>> OnceAsync<T>(Func<StoreSession, Task<Outcome<T>>> work, string? name, bool isLast, CancellationToken cancellation, Action? advanced = null)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        var workspace = name is null ? _workspace ??= await DefaultWorkspaceAsync(connection, cancellation) : await Database.WorkspaceAsync(connection, name, cancellation);
        if (workspace is not { } id)
        {
            return StoreError.NotThere with { Message = $"Workspace '{name}' not found" };
        }

        await using var session = new DatabaseSession(connection, null, Tables, id, time, cancellation) { IsLastAttempt = isLast, Advanced = advanced ?? (static () => { }) };
        var outcome = await work(session);
        if (outcome.Error is null && session.HasWritten)
        {
            await session.CommitAsync();
            notifier.Raise();
        }

        return outcome;
    }

    private static async Task<Guid> DefaultWorkspaceAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        await Database.WorkspaceAsync(connection, Seed.DefaultWorkspace, cancellation)
        ?? throw new NpgsqlException("there is no workspace 'default'; run 'kong migrations bootstrap'");

    /// <summary>A deadlock, a serialisation failure, a row that another writer made first, or a workspace that is another one since the database was made anew.</summary>
    private static bool IsConflict(Exception exception) => Failure.Said(exception) is { } said
        && (said.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation
            || said.ConstraintName?.EndsWith("_ws_id_fkey", StringComparison.Ordinal) is true);

    private void Failing(string reason)
    {
        if (Interlocked.Exchange(ref _down, 1) is 0)
        {
            Log.Failing(logger, reason);
        }
    }

    private void Recovered()
    {
        if (Volatile.Read(ref _down) is 1 && Interlocked.Exchange(ref _down, 0) is 1)
        {
            Log.Recovered(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The database cannot serve, requests that need it get 503: {Reason}")]
        public static partial void Failing(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "The database serves again")]
        public static partial void Recovered(ILogger logger);
    }
}
