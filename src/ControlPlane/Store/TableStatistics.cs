using Gateway.ControlPlane.Clustering;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Has the database look at its tables again as they grow.</summary>
/// <remarks>
/// A prepared statement keeps its plan, and so do the database's own checks of references. What was planned for an empty table reads all of it, or walks along the wrong index, until
/// the table is analysed; the database does that by itself after a minute or more, in which every read and write of a growing configuration is slow. It goes on beside the
/// publishing of changes, which does not wait for it.
/// </remarks>
internal sealed class TableStatistics(NpgsqlDataSource source, ConfigPublisher publisher) : BackgroundService
{
    // Among fewer rows it does not matter how one is found.
    private const int Least = 100;
    private const int Limit = 60;

    private Dictionary<string, int>? _seen;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ConfigImage? image = null;
        while (true)
        {
            image = await publisher.WaitForImageAsync(image, stoppingToken);
            await FollowAsync(image, stoppingToken);
        }
    }

    /// <summary>Looks at the tables that have at least twice the rows that they had when they were last looked at; those of the first image are taken as known.</summary>
    private async Task FollowAsync(ConfigImage image, CancellationToken cancellation)
    {
        _seen ??= image.Tables.ToDictionary(t => t.Kind, t => t.Rows.Count, StringComparer.Ordinal);
        foreach (var (kind, count) in image.Tables.Select(t => (t.Kind, t.Rows.Count)).Where(t => t.Count >= Math.Max(Least, 2 * _seen[t.Kind])))
        {
            try
            {
                await using var command = source.CreateCommand($"ANALYZE \"{kind}\"");
                command.CommandTimeout = Limit;
                await command.ExecuteNonQueryAsync(cancellation);
            }
            catch (Exception e) when (e is NpgsqlException || Failure.Of(e) is not null)
            {
                // Whatever the database said: a node does without, and the next change tries again.
                return;
            }

            _seen[kind] = count;
        }
    }
}
