using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Writes to the main server, and reads from the replica what it can serve: it is up, and has all that this node wrote.</summary>
internal sealed class ReplicaRunner(NpgsqlDataSource main, ReadReplica replica, EntityTables tables, ChangeNotifier notifier, TimeProvider time, ILoggerFactory loggers)
    : StoreRunner(tables)
{
    // What is left of the two seconds in which a client gets its answer goes to the main server, should the replica hang.
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(0.5);

    private readonly DatabaseRunner _main = new(main, tables, notifier, time, loggers.CreateLogger<DatabaseRunner>());
    private readonly DatabaseRunner _replica = new(replica.Source, tables, notifier, time, NullLogger<DatabaseRunner>.Instance);

    /// <inheritdoc/>
    public override bool IsDown => _main.IsDown;

    /// <inheritdoc/>
    public override async Task<Outcome<T>> RunAsync<T>(Func<StoreSession, Task<Outcome<T>>> work, CancellationToken cancellation, TimeSpan? limit = null, string? workspace = null)
    {
        var hasWritten = false;
        var outcome = await _main.RunAsync(
            async session =>
            {
                var result = await work(session);
                hasWritten = session.HasWritten;
                return result;
            },
            cancellation, limit, workspace);
        if (outcome.Error is null && hasWritten)
        {
            try
            {
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                deadline.CancelAfter(_deadline);
                await replica.WroteAsync(main, deadline.Token).WaitAsync(deadline.Token);
            }
            catch (Exception e) when (e is OperationCanceledException || Failure.Of(e) is not null)
            {
                // Without the position nobody knows when the replica has it.
                replica.Failed("the main database did not tell how far it has written");
            }
        }

        return outcome;
    }

    /// <inheritdoc/>
    public override async Task<Outcome<T>> ReadAsync<T>(Func<StoreSession, Task<Outcome<T>>> work, CancellationToken cancellation, TimeSpan? limit = null, string? workspace = null)
    {
        if (replica.MayAnswer)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            deadline.CancelAfter(limit ?? _deadline);
            try
            {
                // The driver may wait for a server that hangs longer than it promises; the client does not.
                var (isRead, outcome) = await FromReplicaAsync(work, workspace, deadline.Token).WaitAsync(deadline.Token);
                replica.Answered();
                if (isRead)
                {
                    return outcome;
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                replica.Failed("it did not answer in time");
            }
            catch (Exception e) when (Failure.Of(e) is { } failure)
            {
                replica.Failed(failure.Message);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.SerializationFailure)
            {
                // The rows that were read went on the main server meanwhile, and the replica had to follow.
            }
        }

        return await _main.RunAsync(work, cancellation, limit, workspace);
    }

    private async Task<(bool IsRead, Outcome<T> Outcome)> FromReplicaAsync<T>(Func<StoreSession, Task<Outcome<T>>> work, string? workspace, CancellationToken cancellation) =>
        await replica.HasWhatWasWrittenAsync(cancellation) ? (true, await _replica.OnceAsync(work, workspace, isLast: true, cancellation)) : default;
}
