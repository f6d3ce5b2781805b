using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>A word from one node to all others on the same database, by NOTIFY; a node that does not listen at that moment misses it.</summary>
/// <param name="source">The database.</param>
internal sealed class ClusterWords(NpgsqlDataSource source)
{
    /// <summary>The channel that nodes listen to.</summary>
    public const string Channel = "gateway_words";

    /// <summary>Hears what a node said; the one that said it hears it too.</summary>
    public event Action<string>? Heard;

    /// <summary>Takes in a word from the database.</summary>
    public void Hear(string word) => Heard?.Invoke(word);

    /// <summary>Says a word to all nodes.</summary>
    /// <param name="word">The word, at most 7,999 octets.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>What kept it from being said, or null.</returns>
    public async Task<StoreError?> SayAsync(string word, CancellationToken cancellation)
    {
        try
        {
            await using var command = source.CreateCommand("SELECT pg_notify($1, $2)");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Channel });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = word });
            await command.ExecuteNonQueryAsync(cancellation);
            return null;
        }
        catch (Exception e) when (Failure.Of(e) is not null)
        {
            return StoreError.Unavailable;
        }
    }
}
